/**
 * Encrypts what a copy of the database must not show: AES-256-GCM with a key from the environment.
 *
 * A sealed text is `v1.` and, in base64url, 12 bytes of nonce, 16 bytes of tag and the encrypted text.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { setupProblems } from '../sentences.ts';

const algorithm = 'aes-256-gcm';
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const version = 'v1';

/** Seals and opens texts. `purpose` is bound to a sealed text, so that it opens in its own row and in no other. */
export type Seal = {
  /** Returns the sealed text. It is different each time. */
  seal(text: string, purpose: string): string;
  /** Returns the text. Throws if the key, the purpose or the sealed text is another one. */
  open(sealed: string, purpose: string): string;
};

/** Returns a seal with this key: 32 bytes in base64. Throws a sentence for the operator for any other key. */
export function createSeal(key: string): Seal {
  const secret = Buffer.from(key, 'base64');
  if (secret.length !== keyBytes) throw new Error(setupProblems.wrongTokenKey);
  return {
    seal(text, purpose) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, secret, nonce).setAAD(Buffer.from(purpose));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return `${version}.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`;
    },
    open(sealed, purpose) {
      const [mark, encoded = ''] = sealed.split('.');
      const bytes = Buffer.from(encoded, 'base64url');
      if (mark !== version || bytes.length < nonceBytes + tagBytes) throw new Error('a sealed text is damaged');
      const nonce = bytes.subarray(0, nonceBytes);
      const tag = bytes.subarray(nonceBytes, nonceBytes + tagBytes);
      const decipher = createDecipheriv(algorithm, secret, nonce, { authTagLength: tagBytes });
      decipher.setAAD(Buffer.from(purpose)).setAuthTag(tag);
      const body = bytes.subarray(nonceBytes + tagBytes);
      return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
    },
  };
}
