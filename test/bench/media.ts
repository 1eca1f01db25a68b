/** Measures memory and speed of large results, delivered at once through Discord's own client. */
import { measureLargeResults } from '../platforms/discord/large-results.ts';
import { openBenchDatabase } from './databases.ts';
import type { Group, Setting } from './figure.ts';

/** Measures. */
export async function media({ quick, server, say }: Setting): Promise<Group> {
  const results = quick ? 5 : 20;
  const megabytes = quick ? 20 : 100;
  const what = `${results} × ${megabytes} MB delivered at once`;
  const speed = { name: `${what}: speed`, unit: 'MB/s', target: { atLeast: 300 } };
  say(what);
  // The embedded database would add memory of its own to that of the results.
  const database = server ? await openBenchDatabase(server) : undefined;
  try {
    const measured = await measureLargeResults({ results, megabytes, database: database?.url });
    return {
      figures: [
        { name: `${what}: peak RSS`, unit: 'MB', ours: measured.peakRss, target: { atMost: 250 } },
        quick ? { ...speed, skipped: 'it is over too soon' } : { ...speed, ours: measured.megabytesPerSecond },
      ],
      runs: { results, megabytes, ...measured },
    };
  } finally {
    await database?.drop();
  }
}
