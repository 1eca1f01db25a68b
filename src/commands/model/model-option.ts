/** The option that takes a trained model, and the traits that two commands ask for. */
import type { NumberOption, TextOption } from '../kit/define.ts';

/** A model by name or number, suggested from the database; `mine` leaves out those that others share. */
export const trainedModelOption = (description: string, mine = false) =>
  ({
    kind: 'text',
    description,
    required: true,
    // A number, a space and a name of 40 characters.
    max: 60,
    suggest: ({ app, origin }, typed) => app.identities.suggest(origin, typed, mine),
  }) satisfies TextOption;

/** Nobody under 18 is made a model of. */
export const ageOption = {
  kind: 'integer',
  description: 'Age in years; adults only',
  min: 18,
  max: 120,
} satisfies NumberOption;

export const genders = [
  { value: 'Female', label: 'Female' },
  { value: 'Male', label: 'Male' },
] as const;

export const traitOptions = {
  ethnicity: { kind: 'text', description: 'Ethnicity, in your own words', max: 60 },
  'eye-color': { kind: 'text', description: 'Eye color, such as brown', max: 30 },
} satisfies Record<string, TextOption>;
