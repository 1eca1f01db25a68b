/** Hears what other processes say through the Postgres server, on a connection of its own. */
import postgres from 'postgres';

/** Ends the listening. */
export type StopListening = () => Promise<void>;

/**
 * Calls `heard` with everything that is said on `channel` (Postgres' NOTIFY). Rejects when the server cannot be reached
 * within five seconds. A connection that breaks is not always noticed: postgres.js 3.4.9 subscribes anew once, and is
 * silent for ever when the server refuses at that moment. Who depends on it has to say something to himself.
 */
export async function listen(url: string, channel: string, heard: (said: string) => void): Promise<StopListening> {
  const client = postgres(url, {
    max: 1,
    connect_timeout: 5,
    onnotice: () => {},
    connection: { application_name: 'photogpt-bot bell' },
  });
  const stop = () => client.end({ timeout: 1 });
  try {
    await client.listen(channel, heard);
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}
