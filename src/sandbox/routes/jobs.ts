/** Routes for jobs: one with its outputs, or a list with their states. */
import type { Parts, Routes } from '../http/call.ts';
import type { ListFault } from '../jobs/job-list.ts';
import { listPage } from '../jobs/job-list.ts';
import { own } from './own.ts';

/** Returns the routes. `listFault` returns the fault of the list at the moment. */
export function jobRoutes(parts: Parts, listFault: () => ListFault): Pick<Routes, 'getJob' | 'listJobs'> {
  const { state, guesses, records } = parts;
  return {
    getJob: (call) => ({ body: { result: records.job(own.job(parts, call, call.id), call.now) } }),
    listJobs({ account, query, now }) {
      const { jobs, nextPageToken } = listPage(state.jobsOf(account.key), query, now, guesses, listFault());
      return { body: { result: { jobs: jobs.map((job) => records.listedJob(job, now)), nextPageToken } } };
    },
  };
}
