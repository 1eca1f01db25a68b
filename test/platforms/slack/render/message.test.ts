import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Message } from '../../../../src/chat.ts';
import { createScriptedBot, type ScriptedBot } from '../../scripted-bot.ts';
import { openSlack } from '../opened.ts';
import { visit } from '../visitor.ts';
import { readPost } from '../workspace.ts';

const say = (text: string, more: Partial<Message> = {}): Message => ({ text, tone: 'plain', ...more });

let scripted: ScriptedBot;
let open: Awaited<ReturnType<typeof openSlack>>;
let ada: ReturnType<typeof visit>;

beforeEach(async () => {
  scripted = createScriptedBot();
  open = await openSlack(scripted.bot);
  ada = visit(open.slack, 'UADA');
});
afterEach(() => open.close());

const seen = (channel: string, text: string, thread?: string) =>
  vi.waitFor(() => ada.find(channel, text, thread), { timeout: 5_000, interval: 10 });

describe('a message', () => {
  it('shows the words of a message as blocks that say the same as its text', async () => {
    scripted.script.answer = async () =>
      say('**Done** with `care`', { quote: '*a* <fox>', facts: [{ label: 'model', value: 'x' }] });
    await ada.slash('C1', 'imagine', 'a fox');
    const post = await seen('C1', 'Done with care');
    expect(readPost(post).text).toContain('*a* <fox>');
    expect(post.text).toContain('*a* &lt;fox&gt;');
  });
});
