/** Translations of the words of commands and options. Missing words stay English. */
import { de } from './de.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { ja } from './ja.ts';
import { pt } from './pt.ts';

/** English words and their translations: descriptions, groups, and labels of right-click actions. */
export type Words = Readonly<Record<string, string>>;

/** Translations by Discord's names of languages (reference, "Locales"). */
export const translations: Readonly<Record<string, Words>> = {
  de,
  'es-ES': es,
  'es-419': es,
  fr,
  ja,
  'pt-BR': pt,
};
