DROP INDEX "jobs_queued";--> statement-breakpoint
CREATE INDEX "jobs_waiting" ON "jobs" USING btree ("key","lane","next_at","id") WHERE (state = 'queued') is true;