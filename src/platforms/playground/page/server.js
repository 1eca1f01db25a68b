// @ts-check
/** The requests of the page. Each rejects with a sentence that can be shown. */
import { requestTimeoutMs } from './timings.js';

/**
 * Returns the JSON of an answer.
 * @param {string} address
 * @param {RequestInit} [init]
 */
async function ask(address, init = {}) {
  const response = await fetch(address, { ...init, signal: AbortSignal.timeout(requestTimeoutMs) }).catch(() => {
    throw new Error('The playground does not answer. Is it still running?');
  });
  if (!response.ok) throw new Error((await response.text()) || 'That did not work.');
  return response.json();
}

/**
 * Posts JSON.
 * @param {string} address
 * @param {unknown} body
 */
const post = (address, body) =>
  ask(address, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

/** Returns an id for an action, so that the server does a repeated request once. */
export const newEvent = () => crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint32Array(4))).join('-');

/**
 * Returns the requests of one person.
 * @param {string} person
 */
export function createServer(person) {
  const who = { person, locale: navigator.language };
  /** Returns a query string. @param {Record<string, unknown>} query */
  const search = (query) => {
    const given = Object.entries({ person, ...query }).filter(([, value]) => value !== undefined);
    return new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  };
  return {
    start: () => ask(`/api/start${person ? `?${search({})}` : ''}`),
    /** Reads a part of the history. @param {{ channel: string, thread?: number, before?: number }} stretch */
    history: (stretch) => ask(`/api/history?${search(stretch)}`),
    /** Writes to the people here. @param {{ channel: string, thread?: number }} spot @param {string} text @param {string} event */
    write: (spot, text, event) => post('/api/messages', { ...who, ...spot, text, event }),
    /** Asks for help with a line. @param {{ channel: string, thread?: number }} spot @param {string} line @param {number} caret */
    hints: (spot, line, caret) => post('/api/hints', { ...who, ...spot, line, caret }),
    /** Asks for values of an option. @param {{ channel: string, thread?: number }} spot @param {string} command @param {string} option @param {string} typed */
    suggest: (spot, command, option, typed) => post('/api/suggestions', { ...who, ...spot, command, option, typed }),
    /** Deletes a message. @param {number} id */
    remove: (id) => ask(`/api/messages/${id}?${search({})}`, { method: 'DELETE' }),
    /**
     * Makes a call: a typed line, or a command with its options. Files have the name of their option.
     * @param {{ channel: string, thread?: number }} spot
     * @param {object} call
     * @param {string} event
     * @param {{ option: string, file: File }[]} files
     */
    call(spot, call, event, files = []) {
      const body = new FormData();
      body.set('call', JSON.stringify({ ...who, ...spot, ...call, event }));
      for (const { option, file } of files) body.append(option, file, file.name);
      return ask('/api/calls', { method: 'POST', body });
    },
  };
}

/** @typedef {ReturnType<typeof createServer>} Server */
