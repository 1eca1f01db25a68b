import { describe, expect, it } from 'vitest';
import { type ErrorCode, explain, type Failure, refuse, UserError } from '../../src/errors/catalogue.ts';

type DetailsOf<C extends ErrorCode> = Extract<Failure, { code: C }>['details'];

const long = 'a very long and winding text that somebody has typed or that came back '.repeat(200);
const names = Array.from({ length: 60 }, (_, index) => `something-number-${index}`);

/** Every code, each with usual and with excessive details. A missing code does not compile. */
const samples: { [C in ErrorCode]: DetailsOf<C>[] } = {
  unknownCommand: [
    { given: 'imagin', near: ['imagine'] },
    { given: 'x', near: [] },
    { given: long, near: names },
  ],
  unknownOption: [
    { command: 'imagine', given: 'color', known: ['prompt', 'model'] },
    { command: 'status', given: 'x', known: [] },
    { command: 'imagine', given: long, known: names },
  ],
  missingOption: [{ command: 'imagine', option: 'prompt' }],
  notAChoice: [
    { option: 'ratio', given: '7:3', allowed: ['1:1', '16:9'] },
    { option: 'model', given: long, allowed: names },
  ],
  notANumber: [
    { option: 'count', given: 'three', whole: true },
    { option: 'scale', given: long, whole: false },
  ],
  outOfRange: [
    { option: 'count', given: 5, min: 1, max: 4 },
    { option: 'count', given: 1e300, min: 1, max: 4 },
  ],
  notAFlag: [{ option: 'spoiler', given: long }],
  textTooLong: [{ option: 'prompt', length: 10_000, max: 4_000 }],
  textEmpty: [{ option: 'prompt' }],
  malformedCall: [undefined],
  tooManyPictures: [
    { option: 'reference', given: 5, max: 4 },
    { option: 'reference', given: 1, max: 0 },
  ],
  pictureMissing: [{ model: 'Kling Motion', what: 'reference image' }],
  notAVideo: [{ given: long }],
  tooManyAlternatives: [{ count: 27, max: 16 }],
  noSuchModel: [{ model: long }],
  severalModels: [{ model: long }],
  notYourModel: [{ model: long }],
  modelNameTaken: [{ model: long }],
  modelNameUnusable: [{ model: long }],
  tooManyModels: [{ have: 5, max: 5 }],
  consentNeeded: [undefined],
  modelNotMade: [{ model: 'Ada' }],
  modelNotReady: [
    { model: long, training: true },
    { model: 'Ada', training: false },
  ],
  modelTrained: [
    { model: 'Ada', training: true },
    { model: long, training: false },
  ],
  tooFewPhotos: [
    { model: long, have: 3, min: 12 },
    { model: 'Ada', have: 1, min: 12 },
  ],
  tooManyPhotos: [
    { model: long, have: 18, given: 4, max: 20 },
    { model: 'Ada', have: 20, given: 1, max: 20 },
  ],
  photoGone: [{ model: long }],
  notAChannel: [undefined],
  notSomebody: [{ given: long }],
  eitherOr: [{ one: 'person', other: 'channel' }],
  away: [undefined],
  modelGone: [undefined],
  linkForbidden: [{ url: long }],
  linkTooLarge: [{ url: long, max: 20e6 }],
  linkUnreadable: [{ url: long }],
  notAPicture: [{ name: `${long}.txt`, allowed: ['JPEG', 'PNG', 'WebP'] }],
  pictureTooLarge: [{ name: 'x.png', bytes: 30e6, max: 20e6 }],
  pictureTooManyPixels: [{ name: 'x.png', width: 40_000, height: 40_000, max: 100e6 }],
  pictureUnreadable: [{ name: long }],
  pictureGone: [{ given: long }],
  noSuchJob: [{ job: '41' }, { job: long }],
  noSuchImage: [
    { job: 41, image: 9, have: 4 },
    { job: 41, image: 9, have: 1 },
    { job: 41, image: 9, have: 0 },
  ],
  notDoneYet: [{ job: 41 }],
  notYours: [{ job: 41 }],
  nothingToCancel: [{ job: 41, state: 'done' }],
  nothingToRetry: [{ job: 41, state: 'done' }],
  tooManyOpen: [{ open: 5, max: 5 }],
  moderatorsOnly: [{ what: '/settings set' }, { what: long }],
  tooFast: [
    { whose: 'person', seconds: 1 },
    { whose: 'place', seconds: 9 },
  ],
  paused: [undefined],
  notHere: [undefined],
  modelNotAllowed: [
    { model: 'nanobanana', allowed: ['seedream'] },
    { model: long, allowed: names },
    { model: 'upscale', allowed: [] },
  ],
  needsRole: [{ what: 'Making videos' }],
  privateForbidden: [undefined],
  blockedWord: [{ word: long }],
  adultOnly: [{ what: long }],
  overBudget: [
    { whose: 'person', what: 'jobs', per: 'day', max: 20, left: 0, needs: 1, resetsIn: 3_601 },
    { whose: 'person', what: 'credits', per: 'day', max: 40, left: 1.005, needs: 4, resetsIn: 59 },
    { whose: 'place', what: 'jobs', per: 'month', max: 1, left: 0, needs: 1, resetsIn: 2_000_000 },
    { whose: 'place', what: 'credits', per: 'month', max: 1e9, left: 0.5, needs: 123_456.789, resetsIn: 1 },
  ],
  settingEmpty: [{ setting: 'blocked-words' }],
  notAnId: [{ given: long }],
  notPerChannel: [{ setting: 'channels' }],
  modelLacks: [
    { model: 'Seedream', option: 'quality', takes: ['ratio', 'size'] },
    { model: 'Plain', option: long, takes: [] },
  ],
  refused: [{ reason: 'the prompt was rejected by the safety system.' }, { reason: long }, { reason: '' }],
  outOfCredits: [undefined],
  keyRefused: [undefined],
  failed: [{ reason: 'could not generate this' }, { reason: long }, { reason: 'Oops!\n  at x (y.ts:1)' }],
  empty: [undefined],
  ambiguous: [undefined],
  deadline: [{ minutes: 60 }],
  unreachable: [{ minutes: 30 }],
  resultGone: [undefined],
  cancelled: [{ sent: true }, { sent: false }],
  unavailable: [undefined],
  perhapsKept: [undefined],
  noRoom: [undefined],
  bug: [{ reference: 'k3x9aa' }],
};

/** Codes of events that cost nothing by nature: looking, helping, cancelling. */
const free: ErrorCode[] = ['unknownCommand', 'noSuchJob', 'notYours', 'nothingToCancel'];
const codes = Object.keys(samples) as ErrorCode[];
const sentences = codes.flatMap((code) =>
  samples[code].map((details): [ErrorCode, string] => [code, explain(code, details as never)]),
);

describe('the catalogue of errors', () => {
  it.each(sentences)('says %s in whole sentences of one line', (_, text) => {
    expect(text.length).toBeLessThanOrEqual(300);
    expect(text).toMatch(/^[A-Z0-9“/a-z].*[.?]$/);
    expect(text).not.toMatch(/\n|\s{2}|\.\.(?!\.)|\s[.,?]|undefined|null|NaN|\[object|`|\*/);
  });

  it.each(sentences.filter(([code]) => !free.includes(code)))('says of %s whether it cost anything', (_, text) => {
    expect(text).toMatch(/Nothing was spent|may have (cost|charged)|still paid for/);
  });

  it('quotes at most a line of typed text and cuts no character in half', () => {
    const text = explain('pictureGone', { given: '🦊'.repeat(500) });
    expect(text).toContain(`“${'🦊'.repeat(59)}…”`);
  });

  it('shows two different sizes as two different numbers', () => {
    expect(explain('pictureTooLarge', { name: 'x.png', bytes: 20_000_001, max: 20e6 })).toContain(
      '20.1 MB. Nothing was spent. At most 20 MB',
    );
  });

  it('carries the code and the details, so that they can be kept', () => {
    const error = refuse('noSuchJob', { job: '41' });
    expect(error).toBeInstanceOf(UserError);
    expect(JSON.parse(JSON.stringify(error.failure))).toEqual({ code: 'noSuchJob', details: { job: '41' } });
    expect(error.message).toBe(explain('noSuchJob', { job: '41' }));
  });
});
