/** A script, run as a child process: builds an empty embedded database in the folder given as its argument. */
import { PGlite } from '@electric-sql/pglite';

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('prepare-cluster needs a folder');
const client = new PGlite(folder);
await client.waitReady;
await client.close();
