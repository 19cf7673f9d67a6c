/** `/login`. */
export const SIGN_IN = {
  title: 'Sign in',
  name: 'Account',
  password: 'Password',
  submit: 'Sign in',
  submitting: 'Signing in',
} as const;

/** `/logout`. */
export const SIGN_OUT = {
  title: 'Sign out',
  sentence: (name: string) => `You are signed in as ${name}.`,
  submit: 'Sign out',
  submitting: 'Signing out',
  done: 'You are signed out',
  signIn: 'Sign in',
} as const;
