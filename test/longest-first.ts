/** Orders the test files: the slowest begin first, so that no worker is left alone with one at the end. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Seconds on two cores of the files that take more than ten. A fresh clone has no memory of its own to go by. */
const expectedSeconds: Record<string, number> = {
  'journeys/processes.test.ts': 60,
  'demo.test.ts': 40,
  'torture/simulation.test.ts': 40,
  'jobs/submit/train.test.ts': 25,
  'journeys/trouble.test.ts': 20,
  'jobs/poll/poll.test.ts': 15,
  'commands/any-call.test.ts': 15,
  'platforms/slack/journey.test.ts': 13,
  'security/secrets.test.ts': 12,
  'platforms/discord/send/deliver.test.ts': 11,
};

const secondsOf = ({ moduleId }: TestSpecification) => expectedSeconds[moduleId.split('/test/').at(-1) ?? ''] ?? 1;

/** Runs the slowest files first. */
export class LongestFirst extends BaseSequencer {
  override sort = async (files: TestSpecification[]) =>
    [...files].sort((one, other) => secondsOf(other) - secondsOf(one));
}
