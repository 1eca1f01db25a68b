/** The order of the test files: what takes longest begins first, so that no worker is left alone with it at the end. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Seconds on two cores, as far as they are more than ten; a fresh clone has no memory of its own to go by. */
const seconds: Record<string, number> = {
  'journeys/processes.test.ts': 60,
  'demo.test.ts': 40,
  'torture/simulation.test.ts': 40,
  'jobs/train.test.ts': 25,
  'journeys/trouble.test.ts': 20,
  'jobs/sweep.test.ts': 15,
  'commands/any-call.test.ts': 15,
  'platforms/slack/journey.test.ts': 13,
  'security/secrets.test.ts': 12,
  'platforms/discord/interactions.test.ts': 11,
};

const expected = ({ moduleId }: TestSpecification) => seconds[moduleId.split('/test/').at(-1) ?? ''] ?? 1;

export class LongestFirst extends BaseSequencer {
  override sort = async (files: TestSpecification[]) => [...files].sort((a, b) => expected(b) - expected(a));
}
