import { describe, expect, it } from 'vitest';
import {
  formatMessage,
  heartbeatWords,
  leaveWords,
  parseMessage,
} from '../../../src/jobs/replicas/notifier-message.ts';

describe('a message between replicas', () => {
  const empty = { from: 'replica-1', isLeaving: false, isHeartbeat: false, work: [], loops: [] };

  it('names the loops to wake', () => {
    const text = formatMessage('replica-1', ['submit', 'deliver']);
    expect(text).toBe('replica-1 submit deliver');
    expect(parseMessage(text)).toEqual({ ...empty, loops: ['submit', 'deliver'] });
  });

  it('is a heartbeat with the work of its sender', () => {
    const work = ['submit:key', 'deliver:discord,slack'];
    const text = formatMessage('replica-1', heartbeatWords(work));
    expect(text).toBe('replica-1 +submit:key +deliver:discord,slack');
    expect(parseMessage(text)).toEqual({ ...empty, isHeartbeat: true, work });
  });

  it('says that its sender leaves', () => {
    const text = formatMessage('replica-1', leaveWords);
    expect(text).toBe('replica-1 -');
    expect(parseMessage(text)).toEqual({ ...empty, isLeaving: true });
  });

  it('is a heartbeat of an older version when it is a name only', () => {
    expect(parseMessage('replica-1')).toEqual({ ...empty, isHeartbeat: true });
  });
});
