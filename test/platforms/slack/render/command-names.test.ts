import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Message } from '../../../../src/chat.ts';
import { createScriptedBot, type ScriptedBot } from '../../scripted-bot.ts';
import { openSlack } from '../opened.ts';
import { visit } from '../visitor.ts';
import { readPost } from '../workspace.ts';

let scripted: ScriptedBot;
let open: Awaited<ReturnType<typeof openSlack>>;
let ada: ReturnType<typeof visit>;

beforeEach(async () => {
  scripted = createScriptedBot();
  open = await openSlack(scripted.bot);
  ada = visit(open.slack, 'UADA');
});
afterEach(() => open.close());

const seen = (channel: string, text: string) =>
  vi.waitFor(() => ada.find(channel, text), { timeout: 5_000, interval: 10 });

describe('the names of commands', () => {
  const help: Message = {
    text: 'Type `/imagine`.',
    tone: 'plain',
    facts: [{ label: 'All', value: '/imagine, /help' }],
  };

  it('have the workspace’s prefix in all that the bot says, in any process', async () => {
    scripted.script.answer = async () => ({
      ...help,
      facts: [...(help.facts ?? []), { label: 'prompt', value: 'a /imagine' }],
    });
    await ada.slash('C1', 'art-help', '');
    const text = readPost(await seen('C1', 'Type /art-imagine.')).text;
    expect(text).toContain('/art-imagine, /art-help');
    expect(text).toContain('a /imagine');
    await open.restart(false);
    const origin = scripted.runs[0]?.origin ?? expect.fail('no call');
    const receipt = { key: 'k'.repeat(22), attempt: 1, notes: {}, note: async () => undefined };
    await open.platform.post({ ...origin, private: false }, help, receipt, AbortSignal.timeout(5_000));
    await seen('C1', 'Type /art-imagine.');
    await open.restart();
    await ada.slash('C1', 'help', '');
    await seen('C1', 'Type /imagine.');
  });
});
