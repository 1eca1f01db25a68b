/** The part of the catalogue about trained models. */
import { quoted, type Sentence } from './sentence.ts';

/** The event, its cost and the next step, by code. Failed jobs keep the code: never rename one. */
export const modelSentences = {
  noSuchModel: (p: { model: string }): Sentence => ({
    what: `There is no model ${quoted(p.model)} that you can use.`,
    cost: 'nothing',
    next: 'Type /model list to see yours.',
  }),
  severalModels: (p: { model: string }): Sentence => ({
    what: `More than one model that you can use is called ${quoted(p.model)}.`,
    cost: 'nothing',
    next: 'Choose one from the suggestions, or give its number from /model list.',
  }),
  notYourModel: (p: { model: string }): Sentence => ({
    what: `${quoted(p.model)} belongs to somebody else.`,
    cost: 'nothing',
    next: 'Only its owner can do that.',
  }),
  modelNameTaken: (p: { model: string }): Sentence => ({
    what: `You already have a model called ${quoted(p.model)}.`,
    cost: 'nothing',
    next: 'Choose another name.',
  }),
  modelNameUnusable: (p: { model: string }): Sentence => ({
    what: `A model cannot be called ${quoted(p.model)}.`,
    cost: 'nothing',
    next: 'Use 1 to 40 characters, and do not start with #.',
  }),
  tooManyModels: (p: { have: number; max: number }): Sentence => ({
    what: `You already have ${p.have} models.`,
    cost: 'nothing',
    next: `At most ${p.max} are allowed; delete one first.`,
  }),
  consentNeeded: (): Sentence => ({
    what: 'A model can only be made of you, or of an adult who has given you permission.',
    cost: 'nothing',
    next: 'If that is so, set consent to true and send the command again.',
  }),
  modelNotMade: (p: { model: string }): Sentence => ({
    what: `PhotoGPT has not confirmed ${quoted(p.model)} yet.`,
    cost: 'nothing',
    next: 'Try again in a minute.',
  }),
  modelNotReady: (p: { model: string; training: boolean }): Sentence => ({
    what: p.training ? `${quoted(p.model)} is still being trained.` : `${quoted(p.model)} is not trained yet.`,
    cost: 'nothing',
    next: p.training
      ? 'Type /model show to see how far it is.'
      : 'Add photos with /model photos, then use /model train.',
  }),
  modelTrained: (p: { model: string; training: boolean }): Sentence => ({
    what: p.training ? `${quoted(p.model)} is being trained already.` : `${quoted(p.model)} is trained already.`,
    cost: 'nothing',
    next: p.training ? 'Type /model show to see how far it is.' : 'Use it with /portrait.',
  }),
  tooFewPhotos: (p: { model: string; have: number; min: number }): Sentence => ({
    what: `${quoted(p.model)} has ${p.have === 1 ? 'one photo' : `${p.have} photos`}, and training needs ${p.min}.`,
    cost: 'nothing',
    next: `Add ${p.min - p.have} more with /model photos.`,
  }),
  tooManyPhotos: (p: { model: string; have: number; given: number; max: number }): Sentence => ({
    what: `${quoted(p.model)} has ${p.have === 1 ? 'one photo' : `${p.have} photos`}; ${p.given} more are too many.`,
    cost: 'nothing',
    next: p.have < p.max ? `At most ${p.max - p.have} more are allowed.` : 'It can be trained now.',
  }),
  photoGone: (p: { model: string }): Sentence => ({
    what: `A photo of ${quoted(p.model)} is not on this machine any more.`,
    cost: 'nothing',
    next: 'Delete the model and make it anew.',
  }),
  notAChannel: (): Sentence => ({
    what: 'This conversation is not a channel.',
    cost: 'nothing',
    next: 'Use the command in the channel that you mean.',
  }),
  notSomebody: (p: { given: string }): Sentence => ({
    what: `${quoted(p.given)} is nobody to share with.`,
    cost: 'nothing',
    next: 'Mention a person, or write “this channel” or “this workspace”.',
  }),
  eitherOr: (p: { one: string; other: string }): Sentence => ({
    what: `${p.one} and ${p.other} exclude each other.`,
    cost: 'nothing',
    next: 'Give one of them only.',
  }),
  away: (): Sentence => ({
    what: 'PhotoGPT cannot be reached right now.',
    cost: 'nothing',
    next: 'Try again in a minute.',
  }),
  modelGone: (): Sentence => ({
    what: 'The model is not there any more.',
    cost: 'nothing',
    next: 'Type /model list to see which there are.',
  }),
};
