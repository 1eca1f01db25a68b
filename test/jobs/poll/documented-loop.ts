/** Runs the sample of PhotoGPT's documentation in virtual time: it asks for every job every five seconds. */
import { createRandom } from '../../../src/sandbox/studio/random.ts';
import { drawn, type FakeSettings, meanSeconds } from './fake-list.ts';

/** Seconds between two questions for one job, and seconds of a call, there and back. */
const intervalSeconds = 5;
const tripSeconds = 0.2;

/** Returns the mean delay in seconds, and the calls for each job, with `inFlight` jobs in flight over `seconds`. */
export async function documentedLoop({ inFlight, seed = 'sweep' }: FakeSettings, seconds: number) {
  const { next } = createRandom(seed);
  const jobs = Math.round((inFlight / meanSeconds) * seconds);
  let waitedSeconds = 0;
  let calls = 0;
  for (let job = 0; job < jobs; job += 1) {
    const { lasts } = drawn(next);
    const looks = Math.ceil(lasts / intervalSeconds);
    waitedSeconds += looks * intervalSeconds - lasts + tripSeconds;
    // One call starts the job, and the last look brings its result.
    calls += 1 + looks;
  }
  return { mean: waitedSeconds / jobs, callsPerJob: calls / jobs };
}
