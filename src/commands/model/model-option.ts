/** The option for a trained model, and the options for the traits of its person. */
import type { NumberOption, TextOption } from '../kit/define.ts';

/**
 * Returns the option for a model by name or number, suggested from the database. `mine` leaves out those that others
 * share.
 */
export const trainedModelOption = (description: string, mine = false) =>
  ({
    kind: 'text',
    description,
    required: true,
    // A number, a space and a name of 40 characters.
    max: 60,
    suggest: ({ app, origin }, typed) => app.identities.suggest(origin, typed, mine),
  }) satisfies TextOption;

/** The option for the age. Models are of adults only. */
export const ageOption = {
  kind: 'integer',
  description: 'Age in years; adults only',
  min: 18,
  max: 120,
} satisfies NumberOption;

/** The genders that PhotoGPT knows. */
export const genders = [
  { value: 'Female', label: 'Female' },
  { value: 'Male', label: 'Male' },
] as const;

/** The options for the other traits. */
export const traitOptions = {
  ethnicity: { kind: 'text', description: 'Ethnicity, in your own words', max: 60 },
  'eye-color': { kind: 'text', description: 'Eye color, such as brown', max: 30 },
} satisfies Record<string, TextOption>;
