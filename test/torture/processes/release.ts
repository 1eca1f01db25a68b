/** One version of the bot in a folder of its own: its programs in a few files, and its migrations. */
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const replica = fileURLToPath(new URL('./replica.ts', import.meta.url));
const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));
const project = fileURLToPath(new URL('../../..', import.meta.url));

/** A version. `replica` and `main` are its programs, and `migrations` is the folder of its migrations. */
export type Release = { folder: string; replica: string; main: string; migrations: string; remove(): Promise<void> };

/** esbuild, as far as it is used here. It comes with tsx. */
type Builder = { build(options: object): Promise<unknown> };

/** Packages that stay outside of the bundle: they have files or binaries beside them. */
const external = ['sharp', '@electric-sql/pglite', 'pino', 'heic-decode', 'zlib-sync', 'bufferutil', 'utf-8-validate'];
const banner = `import { createRequire as requireFrom } from 'node:module';
import { fileURLToPath as pathOf } from 'node:url';
import { dirname as folderOf } from 'node:path';
const require = requireFrom(import.meta.url);
const __filename = pathOf(import.meta.url);
const __dirname = folderOf(__filename);`;

const releaseIn = (folder: string): Release => ({
  folder,
  replica: join(folder, 'built/bot/programs/replica.js'),
  main: join(folder, 'built/bot/programs/main.js'),
  migrations: join(folder, 'migrations'),
  remove: () => rm(folder, { recursive: true, force: true }),
});
const newFolder = () => mkdtemp(join(tmpdir(), 'photogpt-bot-release-'));

/**
 * Bundles the bot. A process then starts with half a second of processor time, a fourth of what the sources take. The
 * migrations lie where the sources look for them, three folders up.
 */
export async function buildRelease(): Promise<Release> {
  const release = releaseIn(await newFolder());
  const { folder } = release;
  try {
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    await symlink(join(project, 'node_modules'), join(folder, 'node_modules'), 'dir');
    await cp(join(project, 'migrations'), release.migrations, { recursive: true });
    const require = createRequire(import.meta.url);
    const builder = createRequire(require.resolve('tsx/package.json'))('esbuild') as Builder;
    await builder.build({
      entryPoints: [replica, main].map((source) => ({ in: source, out: basename(source, '.ts') })),
      outdir: dirname(release.replica),
      bundle: true,
      splitting: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      external,
      banner: { js: banner },
      logLevel: 'error',
    });
    return release;
  } catch (error) {
    await release.remove();
    throw error;
  }
}

const journalShape = z.looseObject({ entries: z.array(z.looseObject({ idx: z.number(), when: z.number() })) });

/** Returns the next version: these programs, and one migration more with `statements`. */
export async function nextRelease({ folder: old }: Release, statements: readonly string[]): Promise<Release> {
  const folder = await newFolder();
  await cp(old, folder, { recursive: true, verbatimSymlinks: true });
  const release = releaseIn(folder);
  const path = join(release.migrations, 'meta/_journal.json');
  const journal = journalShape.parse(JSON.parse(await readFile(path, 'utf8')));
  const last = journal.entries.at(-1);
  if (!last) throw new Error('there is no migration yet');
  const tag = `${String(last.idx + 1).padStart(4, '0')}_next`;
  journal.entries.push({ ...last, idx: last.idx + 1, when: last.when + 1, tag });
  await writeFile(path, JSON.stringify(journal));
  await writeFile(join(release.migrations, `${tag}.sql`), statements.join('--> statement-breakpoint\n'));
  return release;
}
