/** The words that bring a fault when they stand in a prompt, with the fault of each. */
import type { z } from 'zod';
import type { faultShape } from './fault-shapes.ts';

/** A word, its meaning in words of ours, and its fault. */
type FaultWord = {
  word: string;
  meaning: string;
  fault: z.input<typeof faultShape>;
  /**
   * How many times in a row a request meets the fault before it gets through once. Without a number, it always meets
   * it.
   */
  times?: number;
};

/** Returns an answer with the API's error envelope. */
const nok = (status: number, message: string, err: string, headers: Record<string, string> = {}) => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ status: 'NOK', message, err, result: null }),
});

/** Returns a page as a front server writes it. */
const page = (title: string) =>
  `<!doctype html><html><head><title>${title}</title></head><body><center><h1>${title}</h1></center></body></html>`;
const html = (status: number, title: string) => ({
  status,
  headers: { 'content-type': 'text/html' },
  body: page(title),
});
const serverError = nok(500, 'Something went wrong on our side', 'internal error');
const tooMany = 'Too many requests, please slow down';
const refusal = 'The prompt was rejected by the safety system';

/** The words. They count anywhere in a prompt, between spaces. For training, they count in the model's name. */
export const faultWords: readonly FaultWord[] = [
  { word: '!refuse', meaning: 'refused for safety', fault: { answer: nok(400, refusal, 'safety: policy') } },
  { word: '!credits', meaning: 'no credits left', fault: { answer: nok(402, 'insufficient credits', 'credits') } },
  {
    word: '!conflict',
    meaning: '409 twice',
    times: 2,
    fault: { answer: nok(409, 'Another operation is under way', 'conflict') },
  },
  {
    word: '!429',
    meaning: '429 with Retry-After: 2, twice',
    times: 2,
    fault: { answer: nok(429, tooMany, 'rate limit', { 'retry-after': '2' }) },
  },
  {
    word: '!429-bare',
    meaning: '429 without Retry-After, twice',
    times: 2,
    fault: { answer: nok(429, tooMany, 'rate limit') },
  },
  { word: '!500', meaning: '500 once, nothing started', times: 1, fault: { answer: serverError } },
  {
    word: '!500-after',
    meaning: '500 once, though the job was started',
    times: 1,
    fault: { answer: serverError, effect: true },
  },
  {
    word: '!502',
    meaning: 'an HTML page with 502 once, nothing started',
    times: 1,
    fault: { answer: html(502, '502 Bad Gateway') },
  },
  {
    word: '!502-after',
    meaning: 'an HTML page with 502 once, though the job was started',
    times: 1,
    fault: { answer: html(502, '502 Bad Gateway'), effect: true },
  },
  {
    word: '!403',
    meaning: 'turned away at the edge with plain text',
    fault: { answer: { status: 403, headers: { 'content-type': 'text/plain' }, body: 'error code: 1010' } },
  },
  {
    word: '!lost-request',
    meaning: 'the connection is cut once, nothing started',
    times: 1,
    fault: { answer: 'drop' },
  },
  {
    word: '!lost-answer',
    meaning: 'the connection is cut once, after the job was started',
    times: 1,
    fault: { answer: 'drop', effect: true },
  },
  {
    word: '!late',
    meaning: 'no answer once, and the job starts 20 seconds later',
    times: 1,
    fault: { answer: 'hang', effect: true, job: { later: 20 } },
  },
  { word: '!slow', meaning: 'takes ten times as long', fault: { job: { slow: 10 } } },
  { word: '!stuck', meaning: 'never ends', fault: { job: { stuck: true } } },
  { word: '!fail', meaning: 'the job fails', fault: { job: { fail: 'The provider could not generate this' } } },
  {
    word: '!fail-once',
    meaning: 'the job fails, the next one of the same words succeeds',
    times: 1,
    fault: { job: { fail: 'The provider could not generate this' } },
  },
  { word: '!empty', meaning: 'succeeds without pictures', fault: { job: { empty: true } } },
  {
    word: '!odd-status',
    meaning: 'shows status words that nobody knows',
    fault: { job: { oddWords: { running: 'rendering', success: 'finished' } } },
  },
  { word: '!sparse', meaning: 'optional fields are missing', fault: { job: { sparse: true } } },
];
