/** The catalogue of errors: every sentence that tells a person that something did not work. */
import { modelSentences } from './models.ts';
import { policySentences } from './policy.ts';
import { type Cost, list, megabytes, quoted, reasonIn, type Sentence, short } from './sentence.ts';

const money: Record<Cost, string> = {
  nothing: ' Nothing was spent.',
  maybe: ' It may have cost credits; the operator can see it in the PhotoGPT account.',
  spent: ' PhotoGPT may have charged for it.',
  free: '',
};

/** The event, its cost and the next step, by code. Failed jobs keep the code and its details: never rename one. */
const catalogue = {
  ...modelSentences,
  ...policySentences,
  unknownCommand: (p: { given: string; near: string[] }): Sentence => ({
    what: `There is no command ${quoted(p.given)}.`,
    cost: 'free',
    next: p.near.length
      ? `Did you mean ${list(p.near.map((name) => `/${name}`))}?`
      : 'Type /help to see what there is.',
  }),
  unknownOption: (p: { command: string; given: string; known: string[] }): Sentence => ({
    what: `/${p.command} has no option ${quoted(p.given)}.`,
    cost: 'nothing',
    next: p.known.length ? `It takes ${list(p.known)}.` : 'It takes no options.',
  }),
  missingOption: (p: { command: string; option: string }): Sentence => ({
    what: `/${p.command} needs ${p.option}.`,
    cost: 'nothing',
    next: `Add it and send the command again.`,
  }),
  notAChoice: (p: { option: string; given: string; allowed: string[] }): Sentence => ({
    what: `${quoted(p.given)} is not something ${p.option} can be.`,
    cost: 'nothing',
    next: `Choose ${list(p.allowed)}.`,
  }),
  notANumber: (p: { option: string; given: string; whole: boolean }): Sentence => ({
    what: `${p.option} has to be a ${p.whole ? 'whole ' : ''}number, and ${quoted(p.given)} is not.`,
    cost: 'nothing',
    next: 'Change it and try again.',
  }),
  outOfRange: (p: { option: string; given: number; min: number; max: number }): Sentence => ({
    what: `${p.option} cannot be ${p.given}.`,
    cost: 'nothing',
    next: `It goes from ${p.min} to ${p.max}.`,
  }),
  notAFlag: (p: { option: string; given: string }): Sentence => ({
    what: `${p.option} is either true or false, and ${quoted(p.given)} is neither.`,
    cost: 'nothing',
    next: 'Change it and try again.',
  }),
  textTooLong: (p: { option: string; length: number; max: number }): Sentence => ({
    what: `The ${p.option} has ${p.length} characters.`,
    cost: 'nothing',
    next: `At most ${p.max} are allowed.`,
  }),
  textEmpty: (p: { option: string }): Sentence => ({
    what: `The ${p.option} is empty.`,
    cost: 'nothing',
    next: 'Write something and try again.',
  }),
  malformedCall: (): Sentence => ({
    what: 'That request could not be read.',
    cost: 'nothing',
    next: 'Type the command again, or press the button again.',
  }),
  tooManyPictures: (p: { option: string; given: number; max: number }): Sentence => ({
    what: `${p.given} pictures are too many for ${p.option}.`,
    cost: 'nothing',
    next: p.max === 0 ? 'It takes none.' : `At most ${p.max} are allowed.`,
  }),
  pictureMissing: (p: { model: string; what: string }): Sentence => ({
    what: `${p.model} needs a ${p.what}.`,
    cost: 'nothing',
    next: 'Add one and try again.',
  }),
  notAVideo: (p: { given: string }): Sentence => ({
    what: `${quoted(p.given)} is neither a video of this bot nor a link.`,
    cost: 'nothing',
    next: 'Give the number of a job that made a video, or an address that begins with https.',
  }),
  tooManyAlternatives: (p: { count: number; max: number }): Sentence => ({
    what: `The braces in that prompt make ${p.count} different prompts.`,
    cost: 'nothing',
    next: `At most ${p.max} at once.`,
  }),
  notAPicture: (p: { name: string; allowed: string[] }): Sentence => ({
    what: `${quoted(p.name)} is not a picture that can be used.`,
    cost: 'nothing',
    next: `Send ${list(p.allowed)}.`,
  }),
  pictureTooLarge: (p: { name: string; bytes: number; max: number }): Sentence => ({
    what: `${quoted(p.name)} has ${megabytes(p.bytes, Math.ceil)}.`,
    cost: 'nothing',
    next: `At most ${megabytes(p.max, Math.floor)} are allowed.`,
  }),
  pictureTooManyPixels: (p: { name: string; width: number; height: number; max: number }): Sentence => ({
    what: `${quoted(p.name)} is ${p.width} × ${p.height} pixels.`,
    cost: 'nothing',
    next: `At most ${Math.round(p.max / 1e6)} megapixels are allowed; make it smaller first.`,
  }),
  pictureUnreadable: (p: { name: string }): Sentence => ({
    what: `${quoted(p.name)} could not be read.`,
    cost: 'nothing',
    next: 'Send the picture again, or save it anew as PNG or JPEG.',
  }),
  linkForbidden: (p: { url: string }): Sentence => ({
    what: `${quoted(p.url)} does not lead to the public internet.`,
    cost: 'nothing',
    next: 'Give an address that anybody can open, or attach the picture.',
  }),
  linkTooLarge: (p: { url: string; max: number }): Sentence => ({
    what: `The file at ${quoted(p.url)} is too large.`,
    cost: 'nothing',
    next: `At most ${megabytes(p.max, Math.floor)} are allowed.`,
  }),
  linkUnreadable: (p: { url: string }): Sentence => ({
    what: `Nothing could be fetched from ${quoted(p.url)}.`,
    cost: 'nothing',
    next: 'Check the address, or attach the picture.',
  }),
  pictureGone: (p: { given: string }): Sentence => ({
    what: `The picture ${quoted(p.given)} is not here any more.`,
    cost: 'nothing',
    next: 'Send it again.',
  }),
  noSuchJob: (p: { job: string }): Sentence => ({
    what: `There is no job ${/^\d+$/.test(p.job) ? p.job : quoted(p.job)} that you can see.`,
    cost: 'free',
    next: 'Type /jobs to see yours.',
  }),
  noSuchImage: (p: { job: number; image: number; have: number }): Sentence => ({
    what: `Job ${p.job} has no picture ${p.image}.`,
    cost: 'nothing',
    next: p.have ? `It has ${p.have === 1 ? 'one' : `pictures 1 to ${p.have}`}.` : 'It has no pictures.',
  }),
  notDoneYet: (p: { job: number }): Sentence => ({
    what: `Job ${p.job} is not finished yet.`,
    cost: 'nothing',
    next: 'Try again when its result is there.',
  }),
  notYours: (p: { job: number }): Sentence => ({
    what: `Job ${p.job} belongs to somebody else.`,
    cost: 'free',
    next: 'Only the person who asked for it, or a moderator, can do that.',
  }),
  nothingToCancel: (p: { job: number; state: string }): Sentence => ({
    what: `Job ${p.job} is already ${p.state}.`,
    cost: 'free',
    next: 'There is nothing left to cancel.',
  }),
  nothingToRetry: (p: { job: number; state: string }): Sentence => ({
    what: `Job ${p.job} did not fail: it is ${p.state}.`,
    cost: 'nothing',
    next: `Use its Again button or /again ${p.job} to make it once more.`,
  }),
  tooManyOpen: (p: { open: number; max: number }): Sentence => ({
    what: `You already have ${p.open} jobs on the way.`,
    cost: 'nothing',
    next: `At most ${p.max} at a time; wait for one to finish, or cancel one.`,
  }),
  modelLacks: (p: { model: string; option: string; takes: string[] }): Sentence => ({
    what: `${p.model} has no ${short(p.option, 40)}.`,
    cost: 'nothing',
    next: p.takes.length ? `It takes ${list(p.takes)}.` : 'It takes no settings.',
  }),
  refused: (p: { reason: string }): Sentence => ({
    what: `PhotoGPT did not accept this: ${reasonIn(p.reason)}.`,
    cost: 'nothing',
    next: 'Change the request and try again.',
  }),
  outOfCredits: (): Sentence => ({
    what: 'The PhotoGPT account has run out of credits.',
    cost: 'nothing',
    next: 'Please tell the operator of this bot.',
  }),
  keyRefused: (): Sentence => ({
    what: 'PhotoGPT does not accept this bot’s key at the moment.',
    cost: 'nothing',
    next: 'Please tell the operator of this bot.',
  }),
  failed: (p: { reason: string }): Sentence => ({
    what: `PhotoGPT could not make this: ${reasonIn(p.reason)}.`,
    cost: 'spent',
    next: 'Change the prompt, or press Retry.',
  }),
  empty: (): Sentence => ({
    what: 'PhotoGPT said it was done but gave back nothing.',
    cost: 'spent',
    next: 'Press Retry to ask again.',
  }),
  ambiguous: (): Sentence => ({
    what: 'The connection broke at the worst moment, and nobody can tell whether PhotoGPT started this.',
    cost: 'maybe',
    next: 'Press Retry if you want to ask again.',
  }),
  deadline: (p: { minutes: number }): Sentence => ({
    what: `PhotoGPT did not finish within ${p.minutes} minutes.`,
    cost: 'maybe',
    next: 'Press Retry to ask again.',
  }),
  unreachable: (p: { minutes: number }): Sentence => ({
    what: `PhotoGPT could not be reached for ${p.minutes} minutes.`,
    cost: 'nothing',
    next: 'Press Retry in a while.',
  }),
  resultGone: (): Sentence => ({
    what: 'The result was made, but it can no longer be fetched from PhotoGPT.',
    cost: 'spent',
    next: 'Press Retry to make it again.',
  }),
  cancelled: (p: { sent: boolean }): Sentence => ({
    what: p.sent
      ? 'Cancelled: it had already been sent to PhotoGPT, so it is still paid for, but it will not be posted.'
      : 'Cancelled before it was sent.',
    cost: p.sent ? 'free' : 'nothing',
    next: '',
  }),
  unavailable: (): Sentence => ({
    what: 'The bot cannot keep new work safe right now, so nothing was started.',
    cost: 'nothing',
    next: 'Try again in a minute.',
  }),
  perhapsKept: (): Sentence => ({
    what: 'The bot lost its memory for a moment, and cannot tell whether it kept this.',
    cost: 'nothing',
    next: 'If it did, the result comes by itself: look at /jobs in a minute before you ask again.',
  }),
  noRoom: (): Sentence => ({
    what: 'The bot has no room left to keep pictures.',
    cost: 'nothing',
    next: 'Please tell the operator of this bot; what needs no picture of yours still works.',
  }),
  bug: (p: { reference: string }): Sentence => ({
    what: 'Something went wrong inside the bot.',
    cost: 'nothing',
    next: `It was written down as ${p.reference}; please try again, or show that to the operator.`,
  }),
};

type Catalogue = typeof catalogue;
/** A key of the catalogue. */
export type ErrorCode = keyof Catalogue;
type Details<C extends ErrorCode> = Parameters<Catalogue[C]>[0];

/** The reason why a job ended without a result, as the job's row keeps it. */
export type Failure = { [C in ErrorCode]: { code: C; details: Details<C> } }[ErrorCode];

/** Returns the sentence that a person reads: the event, the cost and the next step, in that order. */
export function explain<C extends ErrorCode>(code: C, details: Details<C>): string {
  // The functions of the catalogue take different details. The compiler checks the pair at each call of `explain`.
  const sentence = (catalogue[code] as (details: Details<C>) => Sentence)(details);
  return `${sentence.what}${money[sentence.cost]} ${sentence.next}`.trim();
}

/** An error whose message the person who asked reads word for word. The log never shows it as an error. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(explain(failure.code, failure.details));
    this.failure = failure;
  }
}

/** Returns a `UserError` from the catalogue: `throw refuse('noSuchJob', { job: '41' })`. */
export function refuse<C extends ErrorCode>(code: C, details: Details<C>): UserError {
  return new UserError({ code, details } as Failure);
}

/** A platform's final no: another try in this place is useless, so the delivery goes to the next place. */
export class UndeliverableError extends Error {
  override readonly name = 'UndeliverableError';
}

export { seen } from './sentence.ts';
