/** What commands and options say of themselves in other languages; what is missing stays English. */
import { de } from './de.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { ja } from './ja.ts';
import { pt } from './pt.ts';

/** Our English words and what they are in another language: descriptions, groups, and what a right-click offers. */
export type Words = Readonly<Record<string, string>>;

/** By the names that Discord has for languages (reference, "Locales"). */
export const translations: Readonly<Record<string, Words>> = {
  de,
  'es-ES': es,
  'es-419': es,
  fr,
  ja,
  'pt-BR': pt,
};
