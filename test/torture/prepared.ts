/**
 * Statements that the embedded database prepares once and runs many times. A simulation repeats a few statements only.
 */
import { messages, type PGlite, protocol, type Results, types } from '@electric-sql/pglite';

type Options = Parameters<PGlite['query']>[2];
type Prepared = { name: string; params: number[]; fields: { name: string; dataTypeID: number }[] };

const { serialize } = protocol;

function joined(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Returns a function that does what `client.query` does, in a third of its time. For one statement at a time. */
export function createPrepared(client: PGlite) {
  const known = new Map<string, Prepared>();

  async function prepare(text: string): Promise<Prepared> {
    const name = `torture_${known.size + 1}`;
    const { messages: told } = await client.execProtocol(
      joined(serialize.parse({ name, text }), serialize.describe({ type: 'S', name }), serialize.sync()),
      { syncToFs: false },
    );
    const prepared: Prepared = { name, params: [], fields: [] };
    for (const message of told) {
      if (message instanceof messages.ParameterDescriptionMessage) prepared.params = message.dataTypeIDs;
      if (message instanceof messages.RowDescriptionMessage) prepared.fields = message.fields;
    }
    known.set(text, prepared);
    return prepared;
  }

  return async function query(text: string, params: unknown[], options: Options): Promise<Results> {
    const { name, params: oids, fields } = known.get(text) ?? (await prepare(text));
    const values = params.map((param, index) => {
      if (param === null || param === undefined) return null;
      return client.serializers[oids[index] ?? 0]?.(param) ?? String(param);
    });
    const { messages: told } = await client.execProtocol(
      joined(serialize.bind({ statement: name, values }), serialize.execute({}), serialize.sync()),
      { syncToFs: false },
    );
    let affectedRows = 0;
    const rows: unknown[] = [];
    for (const message of told) {
      if (message instanceof messages.DataRowMessage) {
        const row = message.fields.map((value, index) =>
          types.parseType(value, fields[index]?.dataTypeID ?? 0, { ...client.parsers, ...options?.parsers }),
        );
        const asObject = () => Object.fromEntries(row.map((value, index) => [fields[index]?.name ?? '', value]));
        rows.push(options?.rowMode === 'array' ? row : asObject());
      }
      if (message instanceof messages.CommandCompleteMessage) affectedRows += affectedBy(message.text);
    }
    return { rows: rows as Results['rows'], affectedRows, fields };
  };
}

/** Returns the last word of `UPDATE 3` or `INSERT 0 1`, and 0 for a `SELECT`. */
const affectedBy = (text: string) => (/^(INSERT|UPDATE|DELETE)/.test(text) ? Number(text.split(' ').at(-1)) : 0);
