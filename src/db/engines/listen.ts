/** Receives what other processes tell through the Postgres server (NOTIFY), on a connection of its own. */
import postgres from 'postgres';
import { closeTimeoutSeconds, listenConnectTimeoutSeconds } from '../timings.ts';

/** Ends the listening. */
export type StopListening = () => Promise<void>;

/**
 * Calls `onMessage` with every message on `channel`. Rejects when the server cannot be reached within five seconds.
 *
 * A broken connection may go unnoticed: postgres.js 3.4.9 subscribes anew once, and stays silent for ever when the server
 * refuses at that moment. A caller that depends on messages has to send one to itself now and then.
 */
export async function listen(
  url: string,
  channel: string,
  onMessage: (message: string) => void,
): Promise<StopListening> {
  const client = postgres(url, {
    max: 1,
    connect_timeout: listenConnectTimeoutSeconds,
    onnotice: () => {},
    connection: { application_name: 'photogpt-bot notifier' },
  });
  const stop = () => client.end({ timeout: closeTimeoutSeconds });
  try {
    await client.listen(channel, onMessage);
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}
