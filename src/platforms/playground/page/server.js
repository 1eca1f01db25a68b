// @ts-check
/** The requests that the page makes. Each rejects with a sentence that can be shown. */

/** Milliseconds until a request is given up; one with files on a slow machine is the longest. */
const patience = 30_000;

/**
 * @param {string} address
 * @param {RequestInit} [init]
 */
async function ask(address, init = {}) {
  const response = await fetch(address, { ...init, signal: AbortSignal.timeout(patience) }).catch(() => {
    throw new Error('The playground does not answer. Is it still running?');
  });
  if (!response.ok) throw new Error((await response.text()) || 'That did not work.');
  return response.json();
}

/**
 * @param {string} address
 * @param {unknown} body
 */
const post = (address, body) =>
  ask(address, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

/** An id for something that was done, so that a repeated request does it once. */
export const newEvent = () => crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint32Array(4))).join('-');

/**
 * Makes the requests for one person.
 * @param {string} person
 */
export function createServer(person) {
  const who = { person, locale: navigator.language };
  /** @param {Record<string, unknown>} query */
  const search = (query) => {
    const given = Object.entries({ person, ...query }).filter(([, value]) => value !== undefined);
    return new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  };
  return {
    start: () => ask(`/api/start${person ? `?${search({})}` : ''}`),
    /** @param {{ channel: string, thread?: number, before?: number }} stretch */
    history: (stretch) => ask(`/api/history?${search(stretch)}`),
    /** @param {{ channel: string, thread?: number }} spot @param {string} text @param {string} event */
    write: (spot, text, event) => post('/api/messages', { ...who, ...spot, text, event }),
    /** @param {{ channel: string, thread?: number }} spot @param {string} line @param {number} caret */
    hints: (spot, line, caret) => post('/api/hints', { ...who, ...spot, line, caret }),
    /** @param {{ channel: string, thread?: number }} spot @param {string} command @param {string} option @param {string} typed */
    suggest: (spot, command, option, typed) => post('/api/suggestions', { ...who, ...spot, command, option, typed }),
    /** @param {number} id */
    remove: (id) => ask(`/api/messages/${id}?${search({})}`, { method: 'DELETE' }),
    /**
     * A call: a typed line, or a command with its options; files by the name of their option.
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
