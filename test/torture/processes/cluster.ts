/** A Postgres server in a folder of its own, that tests may kill. It needs the programs of the server. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { chown, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import postgres from 'postgres';
import { freePort } from '../../platforms/slack/free-port.ts';

/** A server that runs. */
export type Cluster = {
  /** Makes a database and returns its address. */
  create(name: string): Promise<string>;
  drop(name: string): Promise<void>;
  /** Ends all processes of the server at once, and starts it again after `down` milliseconds. */
  kill(signal: 'SIGKILL' | 'SIGQUIT', down: number): Promise<void>;
  /** Whether the server runs now. */
  isUp(): boolean;
  stop(): Promise<void>;
};

/** A killed process loses nothing that it had written, so the server need not wait for the disk. */
const settings = {
  fsync: 'off',
  full_page_writes: 'off',
  max_connections: '100',
  shared_buffers: '32MB',
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  autovacuum: 'off',
};
/** Time limit of making the files, which takes about a second, and of starting, which takes a tenth. */
const startTimeoutMs = 60_000;

/** Returns the folder that has both programs: the newest, if several are installed. */
async function findPrograms(): Promise<string | undefined> {
  const packaged = '/usr/lib/postgresql';
  const versions = (await readdir(packaged).catch(() => [])).sort((a, b) => Number(b) - Number(a));
  const folders = [
    ...versions.map((version) => join(packaged, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter).filter(Boolean),
  ];
  for (const folder of folders) {
    const names = await readdir(folder).catch((): string[] => []);
    if (names.includes('initdb') && names.includes('postgres')) return folder;
  }
  return undefined;
}

/**
 * Returns the user of the server. It refuses to run as root, and then runs as the user of its package. Undefined
 * without one.
 */
async function findUser(): Promise<{ uid: number; gid: number } | Record<string, never> | undefined> {
  if (process.getuid?.() !== 0) return {};
  const [, uid, gid] = /^postgres:[^:]*:(\d+):(\d+)/m.exec(await readFile('/etc/passwd', 'utf8')) ?? [];
  return uid ? { uid: Number(uid), gid: Number(gid) } : undefined;
}

/** Starts a server. Resolves with undefined where the programs or the user are missing. */
export async function openCluster(): Promise<Cluster | undefined> {
  const programs = await findPrograms();
  const user = await findUser();
  if (!programs || !user) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'photogpt-bot-cluster-'));
  if (user.uid !== undefined) await chown(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const port = await freePort();
  const url = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`;
  const options = { ...user, cwd: '/', stdio: 'ignore' } as const;
  let server: ChildProcess | undefined;

  async function start(): Promise<void> {
    const given = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const launch = () =>
      spawn(join(programs ?? '', 'postgres'), ['-D', data, '-p', String(port), ...given], options).on(
        'error',
        () => undefined,
      );
    let started = launch();
    for (const end = Date.now() + startTimeoutMs; !(await answers()); await rest(25)) {
      if (Date.now() > end) throw new Error('the Postgres server did not start');
      // It refuses to start while the shared memory of killed processes is still in use, for a moment.
      if (started.exitCode !== null) started = launch();
    }
    server = started;
  }
  // However this process ends, neither the server nor its folder stays.
  const atExit = () => {
    if (server?.pid) kill(server.pid, 'SIGQUIT');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', atExit);

  async function ask<T>(database: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
    const sql = postgres(url(database), { max: 1, connect_timeout: 5, onnotice: () => {} });
    try {
      return await work(sql);
    } finally {
      await sql.end({ timeout: 1 });
    }
  }
  const answers = () =>
    ask('postgres', (sql) => sql`select 1`).then(
      () => true,
      () => false,
    );

  async function end(signal: 'SIGKILL' | 'SIGQUIT' | 'SIGINT'): Promise<void> {
    const ending = server;
    server = undefined;
    if (!ending?.pid || ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = once(ending, 'exit');
    const children = signal === 'SIGKILL' ? await childrenOf(ending.pid) : [];
    for (const pid of [ending.pid, ...children]) kill(pid, signal);
    await gone;
    for (const limit = Date.now() + 5_000; Date.now() < limit && children.some((pid) => kill(pid, 0)); ) await rest(10);
  }

  try {
    const made = spawn(
      join(programs, 'initdb'),
      ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
      { ...options, timeout: startTimeoutMs },
    );
    const [code] = await once(made, 'exit');
    if (code !== 0) throw new Error(`initdb ended with ${code}`);
    await start();
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }

  return {
    async create(name) {
      await ask('postgres', (sql) => sql.unsafe(`create database ${name}`));
      return url(name);
    },
    async drop(name) {
      await ask('postgres', (sql) => sql.unsafe(`drop database if exists ${name} with (force)`));
    },
    async kill(signal, down) {
      await end(signal);
      await rest(down);
      await start();
    },
    isUp: () => server !== undefined,
    async stop() {
      await end('SIGINT');
      process.off('exit', atExit);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Sends the signal. Returns whether the process was there. */
function kill(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Returns the children that Linux lists. Elsewhere none: they notice by themselves that their parent is gone. */
async function childrenOf(parent: number): Promise<number[]> {
  const listed = await readFile(`/proc/${parent}/task/${parent}/children`, 'utf8').catch(() => '');
  return listed.split(' ').filter(Boolean).map(Number);
}
