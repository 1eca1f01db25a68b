/** Plain data as YAML. Scalars are written as JSON, which YAML reads, so that nothing needs to be guessed at. */
import type { Json } from '../../../chat.ts';

/** Objects and lists in block style; undefined values are left out. Ends with a line end. */
export const toYaml = (value: { [key: string]: Json }): string => `${lines(value).join('\n')}\n`;

function lines(value: Json): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((item) => {
      const [first = '', ...rest] = isNested(item) ? lines(item) : [JSON.stringify(item)];
      return [`- ${first}`, ...rest.map((line) => `  ${line}`)];
    });
  }
  if (typeof value !== 'object' || value === null) return [JSON.stringify(value)];
  return Object.entries(value).flatMap(([key, inner]) =>
    isNested(inner) ? [`${key}:`, ...lines(inner).map((line) => `  ${line}`)] : [`${key}: ${JSON.stringify(inner)}`],
  );
}

/** Empty lists and objects have no block style. */
const isNested = (value: Json): boolean => typeof value === 'object' && value !== null && Object.keys(value).length > 0;
