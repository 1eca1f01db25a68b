/** An open playground: over a real database, with a scripted bot and visitors. */
import type { Bot } from '../../../src/commands/kit/bot.ts';
import type { Clock } from '../../../src/concurrency/clock.ts';
import type { Database } from '../../../src/db/connect.ts';
import { createPlaygroundHistory } from '../../../src/db/playground-history.ts';
import { playgroundMessages } from '../../../src/db/schema/playground-schema.ts';
import { logTo } from '../../../src/log.ts';
import { createPlayground } from '../../../src/platforms/playground/playground.ts';
import { expectNoSecrets } from '../../security/no-secrets.ts';
import { createVisitor } from './visitor.ts';

/** Opens an empty playground. `logged` has the lines of its log. */
export async function openPlayground(bot: Bot, { orm }: Pick<Database, 'orm'>, clock?: Clock) {
  await orm.delete(playgroundMessages);
  const history = createPlaygroundHistory({ orm });
  const logged: string[] = [];
  const log = logTo({ write: (line) => void logged.push(line) });
  const create = (port: number) => createPlayground({ history, log, port, clock });
  let playground = create(0);
  await playground.start(bot);

  return {
    history,
    logged,
    get platform() {
      return playground;
    },
    url: () => playground.url(),
    visitor: (person: string) => createVisitor(playground.url(), person),
    /** Restarts it over the same database. An open page finds it again only at its old port. */
    async again(port = 0) {
      await playground.stop();
      playground = create(port);
      await playground.start(bot);
    },
    async close() {
      await playground.stop();
      expectNoSecrets('the log of the playground', logged);
    },
  };
}
