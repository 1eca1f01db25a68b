import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const script = ['--import', 'tsx/esm', 'src/platforms/slack/manifest-main.ts'];

/** Runs the script into a pipe of the shell, whose reader does not read for `readerSleepSeconds`. */
async function run(args: string[], readerSleepSeconds = 0) {
  const pipe = `set -o pipefail; "$@" | (sleep ${readerSleepSeconds}; cat)`;
  const child = spawn('bash', ['-c', pipe, 'bash', process.execPath, ...script, ...args]);
  const closed = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await closed;
  return { stdout, stderr, code };
}

describe('npm run slack:manifest', () => {
  it('prints all of a manifest that is larger than the buffer of a slow pipe', async () => {
    // Linux holds 64 KB for a pipe that nobody reads yet.
    const name = 'x'.repeat(100_000);
    const { stdout, code } = await run(['--name', name], 1.5);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).features.bot_user.display_name).toBe(name);
  });

  it('prints the same manifest as YAML', async () => {
    const [json, yaml] = await Promise.all([run([]), run(['--yaml'])]);
    expect(parse(yaml.stdout)).toEqual(JSON.parse(json.stdout));
  });

  it('fails with the reason and the usage for an option that it does not know', async () => {
    const { stdout, stderr, code } = await run(['--wrong']);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/--wrong[\s\S]+npm run slack:manifest/);
  });
});
