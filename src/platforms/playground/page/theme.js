// @ts-check
/** Dark or light colours: the system's, until a press on the button. */
import { icon } from './icons.js';

/** Makes a button that switches the colours. @param {HTMLElement} button */
export function themeButton(button) {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const chosen = () => localStorage.getItem('theme') ?? (system.matches ? 'dark' : 'light');

  function show() {
    const theme = chosen();
    document.documentElement.style.colorScheme = theme;
    button.replaceChildren(icon(theme === 'dark' ? 'sun' : 'moon'));
    button.setAttribute('aria-label', theme === 'dark' ? 'Light colours' : 'Dark colours');
  }
  button.addEventListener('click', () => {
    localStorage.setItem('theme', chosen() === 'dark' ? 'light' : 'dark');
    show();
  });
  system.addEventListener('change', show);
  show();
}
