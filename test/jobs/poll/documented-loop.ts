/** The loop of PhotoGPT's documentation in virtual time: one call for each job, every five seconds. */
import { createRandom } from '../../../src/sandbox/studio/random.ts';
import { drawn, type FakeSettings, meanSeconds } from './fake-list.ts';

const [every, trip] = [5, 0.2];

/** The delays and calls of the loop, for as many jobs in flight over as many seconds. */
export async function documentedLoop({ inFlight, seed = 'sweep' }: FakeSettings, seconds: number) {
  const { next } = createRandom(seed);
  const jobs = Math.round((inFlight / meanSeconds) * seconds);
  let [waited, calls] = [0, 0];
  for (let job = 0; job < jobs; job += 1) {
    const { lasts } = drawn(next);
    const looks = Math.ceil(lasts / every);
    waited += looks * every - lasts + trip;
    // One that starts it, and the last look brings the result.
    calls += 1 + looks;
  }
  return { mean: waited / jobs, callsPerJob: calls / jobs };
}
