import { useEffect, useRef, useState } from 'react';

/** A pause this long: the word is written. */
const REST_MS = 250;

/**
 * The text of a field whose value stands in the address: what is typed is shown at once and told when typing rests; what the address says
 * otherwise, as after Back, replaces it.
 */
export function useTypedText(told: string, tell: (text: string) => void): readonly [string, (text: string) => void] {
  const [text, setText] = useState(told);
  const lastTold = useRef(told);
  const latest = useRef(tell);
  useEffect(() => {
    latest.current = tell;
  });
  useEffect(() => {
    if (told === lastTold.current) return;
    lastTold.current = told;
    setText(told);
  }, [told]);
  useEffect(() => {
    if (text === lastTold.current) return;
    const timer = setTimeout(() => {
      lastTold.current = text;
      latest.current(text);
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return [text, setText];
}
