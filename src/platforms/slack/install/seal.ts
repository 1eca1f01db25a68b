/** Encrypts what must not be readable in a copy of the database: AES-256-GCM with a key from the environment. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { setupProblems } from '../sentences.ts';

const algorithm = 'aes-256-gcm';
const nonceLength = 12;
const tagLength = 16;
const version = 'v1';

export type Seal = { seal(text: string, purpose: string): string; open(sealed: string, purpose: string): string };

/**
 * `key` is 32 bytes in base64; anything else throws a sentence for the operator. `purpose` is bound to the text: what was
 * sealed for one row cannot be put into another. `open` throws when key, purpose or text are not what they were.
 */
export function createSeal(key: string): Seal {
  const secret = Buffer.from(key, 'base64');
  if (secret.length !== 32) throw new Error(setupProblems.wrongTokenKey);
  return {
    seal(text, purpose) {
      const nonce = randomBytes(nonceLength);
      const cipher = createCipheriv(algorithm, secret, nonce).setAAD(Buffer.from(purpose));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return `${version}.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`;
    },
    open(sealed, purpose) {
      const [mark, encoded = ''] = sealed.split('.');
      const bytes = Buffer.from(encoded, 'base64url');
      if (mark !== version || bytes.length < nonceLength + tagLength) throw new Error('a sealed text is damaged');
      const tag = bytes.subarray(nonceLength, nonceLength + tagLength);
      const decipher = createDecipheriv(algorithm, secret, bytes.subarray(0, nonceLength), {
        authTagLength: tagLength,
      });
      decipher.setAAD(Buffer.from(purpose)).setAuthTag(tag);
      return Buffer.concat([decipher.update(bytes.subarray(nonceLength + tagLength)), decipher.final()]).toString(
        'utf8',
      );
    },
  };
}
