/** `/login`. */
export const SIGN_IN = {
  title: 'Sign in',
  name: 'Account',
  password: 'Password',
  submit: 'Sign in',
  submitting: 'Signing in',
} as const;
