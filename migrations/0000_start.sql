CREATE TABLE "deliveries" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "deliveries_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"job" bigint NOT NULL,
	"kind" text NOT NULL,
	"channel" text NOT NULL,
	"state" text DEFAULT 'pending' NOT NULL,
	"rung" integer DEFAULT 0 NOT NULL,
	"fence" integer DEFAULT 0 NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_at" timestamp with time zone DEFAULT now() NOT NULL,
	"lease_until" timestamp with time zone,
	"notes" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"ref" jsonb,
	"error" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "deliveries_once" UNIQUE("job","kind"),
	CONSTRAINT "deliveries_kind" CHECK (kind in ('result', 'failure', 'ping')),
	CONSTRAINT "deliveries_state" CHECK (state in ('pending', 'sending', 'sent', 'kept')),
	CONSTRAINT "deliveries_leased" CHECK ((state = 'sending') = (lease_until is not null)),
	CONSTRAINT "deliveries_sent" CHECK (state <> 'sent' or ref is not null)
);
--> statement-breakpoint
CREATE TABLE "drafts" (
	"key" text PRIMARY KEY NOT NULL,
	"content" jsonb,
	"until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "durations" (
	"model" text PRIMARY KEY NOT NULL,
	"buckets" jsonb NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "favourites" (
	"media" text NOT NULL,
	"platform" text NOT NULL,
	"tenant" text NOT NULL,
	"person" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "favourites_platform_tenant_person_media_pk" PRIMARY KEY("platform","tenant","person","media")
);
--> statement-breakpoint
CREATE TABLE "jobs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "jobs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"platform" text NOT NULL,
	"event" text NOT NULL,
	"tenant" text NOT NULL,
	"person" text NOT NULL,
	"channel" text NOT NULL,
	"origin" jsonb NOT NULL,
	"call" jsonb NOT NULL,
	"private" boolean NOT NULL,
	"operation" text NOT NULL,
	"model" text NOT NULL,
	"request" jsonb NOT NULL,
	"refs" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"parent" bigint,
	"parent_image" integer,
	"key" text NOT NULL,
	"lane" text NOT NULL,
	"state" text DEFAULT 'queued' NOT NULL,
	"outcome" text,
	"fence" integer DEFAULT 0 NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_at" timestamp with time zone DEFAULT now() NOT NULL,
	"lease_until" timestamp with time zone,
	"deadline_at" timestamp with time zone NOT NULL,
	"sent_at" timestamp with time zone,
	"unknown_at" timestamp with time zone,
	"tainted" boolean DEFAULT false NOT NULL,
	"remote_id" text,
	"submitted_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"closed_at" timestamp with time zone,
	"credits" double precision,
	"expected" double precision,
	"outputs" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"failure" jsonb,
	"withdrawn" boolean DEFAULT false NOT NULL,
	"ack" jsonb,
	"progress_at" timestamp with time zone,
	"progress_until" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "jobs_event" UNIQUE("platform","event"),
	CONSTRAINT "jobs_state" CHECK (state in ('queued', 'submitting', 'unknown', 'running', 'preparing', 'ready', 'failed', 'cancelled', 'closed')),
	CONSTRAINT "jobs_operation" CHECK (operation in ('image', 'upscale', 'video', 'train')),
	CONSTRAINT "jobs_outcome" CHECK (outcome is null or outcome in ('done', 'failed', 'cancelled')),
	CONSTRAINT "jobs_closed" CHECK ((state = 'closed') = (closed_at is not null)),
	CONSTRAINT "jobs_ended" CHECK ((state in ('ready', 'failed', 'cancelled', 'closed')) = (outcome is not null)),
	CONSTRAINT "jobs_remote_known" CHECK (state not in ('running', 'preparing') or remote_id is not null),
	CONSTRAINT "jobs_leased" CHECK (state <> 'submitting' or lease_until is not null),
	CONSTRAINT "jobs_unknown" CHECK ((state = 'unknown') = (unknown_at is not null)),
	CONSTRAINT "jobs_failure" CHECK ((outcome = 'failed') = (failure is not null) or outcome is null)
);
--> statement-breakpoint
CREATE TABLE "keys" (
	"id" text PRIMARY KEY NOT NULL,
	"first_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"foreign_at" timestamp with time zone,
	"paused_until" timestamp with time zone,
	"pauses" integer DEFAULT 0 NOT NULL,
	"capabilities" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"calls" double precision DEFAULT 0 NOT NULL,
	"filled_at" timestamp with time zone DEFAULT now() NOT NULL,
	"bearable" double precision DEFAULT 1 NOT NULL,
	"slowed_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "leases" (
	"name" text PRIMARY KEY NOT NULL,
	"owner" text NOT NULL,
	"epoch" integer NOT NULL,
	"until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "media" (
	"id" text PRIMARY KEY NOT NULL,
	"platform" text NOT NULL,
	"tenant" text NOT NULL,
	"person" text NOT NULL,
	"job" bigint,
	"image" integer,
	"remote_id" text,
	"kind" text NOT NULL,
	"type" text NOT NULL,
	"bytes" bigint NOT NULL,
	"width" integer NOT NULL,
	"height" integer NOT NULL,
	"seconds" double precision,
	"sha256" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "orphans" (
	"key" text NOT NULL,
	"remote_id" text NOT NULL,
	"verdict" text NOT NULL,
	"credits" double precision,
	"remote_created_at" timestamp with time zone,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "orphans_key_remote_id_pk" PRIMARY KEY("key","remote_id")
);
--> statement-breakpoint
CREATE TABLE "playground_messages" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "playground_messages_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"channel" text NOT NULL,
	"thread" bigint,
	"author" jsonb,
	"only_for" text,
	"message" jsonb,
	"text" text DEFAULT '' NOT NULL,
	"key" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "playground_messages_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "uploads" (
	"key" text NOT NULL,
	"media" text NOT NULL,
	"shelf" text NOT NULL,
	"remote_id" text NOT NULL,
	"url" text NOT NULL,
	"used_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "uploads_key_media_pk" PRIMARY KEY("key","media")
);
--> statement-breakpoint
CREATE TABLE "identities" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "identities_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"platform" text NOT NULL,
	"tenant" text NOT NULL,
	"person" text NOT NULL,
	"event" text NOT NULL,
	"name" text NOT NULL,
	"age" integer NOT NULL,
	"gender" text NOT NULL,
	"ethnicity" text,
	"eye_color" text,
	"consent" text NOT NULL,
	"consent_at" timestamp with time zone NOT NULL,
	"key" text NOT NULL,
	"tag" text NOT NULL,
	"remote_id" text,
	"sent_at" timestamp with time zone,
	"status" text DEFAULT 'creating' NOT NULL,
	"deleted_at" timestamp with time zone,
	"fence" integer DEFAULT 0 NOT NULL,
	"held_until" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "identities_tag_unique" UNIQUE("tag"),
	CONSTRAINT "identities_status" CHECK (status in ('creating', 'new', 'training', 'ready', 'failed')),
	CONSTRAINT "identities_made" CHECK ((status = 'creating') = (remote_id is null)),
	CONSTRAINT "identities_adult" CHECK (age >= 18)
);
--> statement-breakpoint
CREATE TABLE "identity_photos" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "identity_photos_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"identity" bigint NOT NULL,
	"media" text,
	"sha256" text NOT NULL,
	"sent_at" timestamp with time zone,
	"remote_id" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "identity_photos_once" UNIQUE("identity","sha256")
);
--> statement-breakpoint
CREATE TABLE "identity_shares" (
	"identity" bigint NOT NULL,
	"kind" text NOT NULL,
	"target" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "identity_shares_identity_kind_target_pk" PRIMARY KEY("identity","kind","target")
);
--> statement-breakpoint
CREATE TABLE "erasures" (
	"key" text NOT NULL,
	"kind" text NOT NULL,
	"remote_id" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "erasures_key_kind_remote_id_pk" PRIMARY KEY("key","kind","remote_id")
);
--> statement-breakpoint
CREATE TABLE "setting_changes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "setting_changes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"platform" text NOT NULL,
	"tenant" text NOT NULL,
	"kind" text NOT NULL,
	"scope" text NOT NULL,
	"target" text NOT NULL,
	"name" text NOT NULL,
	"value" jsonb,
	"person" text NOT NULL,
	"person_name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "settings" (
	"platform" text NOT NULL,
	"tenant" text NOT NULL,
	"kind" text NOT NULL,
	"scope" text NOT NULL,
	"target" text NOT NULL,
	"values" jsonb NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "settings_platform_tenant_kind_scope_target_pk" PRIMARY KEY("platform","tenant","kind","scope","target"),
	CONSTRAINT "settings_kind" CHECK (kind in ('rules', 'defaults')),
	CONSTRAINT "settings_scope" CHECK (scope in ('place', 'channel', 'person'))
);
--> statement-breakpoint
CREATE TABLE "spent" (
	"platform" text NOT NULL,
	"tenant" text NOT NULL,
	"person" text NOT NULL,
	"day" timestamp with time zone NOT NULL,
	"jobs" integer NOT NULL,
	"credits" double precision NOT NULL,
	CONSTRAINT "spent_platform_tenant_person_day_pk" PRIMARY KEY("platform","tenant","person","day")
);
--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_job_jobs_id_fk" FOREIGN KEY ("job") REFERENCES "public"."jobs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "favourites" ADD CONSTRAINT "favourites_media_media_id_fk" FOREIGN KEY ("media") REFERENCES "public"."media"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "media" ADD CONSTRAINT "media_job_jobs_id_fk" FOREIGN KEY ("job") REFERENCES "public"."jobs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "uploads" ADD CONSTRAINT "uploads_media_media_id_fk" FOREIGN KEY ("media") REFERENCES "public"."media"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity_photos" ADD CONSTRAINT "identity_photos_identity_identities_id_fk" FOREIGN KEY ("identity") REFERENCES "public"."identities"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity_photos" ADD CONSTRAINT "identity_photos_media_media_id_fk" FOREIGN KEY ("media") REFERENCES "public"."media"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity_shares" ADD CONSTRAINT "identity_shares_identity_identities_id_fk" FOREIGN KEY ("identity") REFERENCES "public"."identities"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "deliveries_pending" ON "deliveries" USING btree ("next_at","id") WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX "deliveries_channel" ON "deliveries" USING btree ("channel","id") WHERE state = 'pending';--> statement-breakpoint
CREATE UNIQUE INDEX "deliveries_one_per_channel" ON "deliveries" USING btree ("channel") WHERE state = 'sending';--> statement-breakpoint
CREATE INDEX "drafts_until" ON "drafts" USING btree ("until");--> statement-breakpoint
CREATE UNIQUE INDEX "jobs_remote" ON "jobs" USING btree ("key","remote_id") WHERE remote_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "jobs_lane" ON "jobs" USING btree ("key","lane") WHERE state in ('submitting', 'unknown');--> statement-breakpoint
CREATE INDEX "jobs_queued" ON "jobs" USING btree ("next_at","id") WHERE state = 'queued';--> statement-breakpoint
CREATE INDEX "jobs_running" ON "jobs" USING btree ("key","submitted_at","id") WHERE state = 'running';--> statement-breakpoint
CREATE INDEX "jobs_preparing" ON "jobs" USING btree ("next_at","id") WHERE state = 'preparing';--> statement-breakpoint
CREATE INDEX "jobs_open" ON "jobs" USING btree ("state","updated_at") WHERE state <> 'closed';--> statement-breakpoint
CREATE INDEX "jobs_person" ON "jobs" USING btree ("platform","tenant","person","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "jobs_spending" ON "jobs" USING btree ("platform","tenant","created_at","person","outcome","credits","expected");--> statement-breakpoint
CREATE INDEX "jobs_unfinished" ON "jobs" USING btree ("platform","tenant","person") WHERE outcome is null;--> statement-breakpoint
CREATE UNIQUE INDEX "jobs_training" ON "jobs" USING btree ((request->>'identity')) WHERE operation = 'train' and state in ('queued', 'submitting', 'unknown', 'running');--> statement-breakpoint
CREATE UNIQUE INDEX "media_result" ON "media" USING btree ("job","image") WHERE job is not null;--> statement-breakpoint
CREATE INDEX "playground_channel" ON "playground_messages" USING btree ("channel","id");--> statement-breakpoint
CREATE UNIQUE INDEX "identities_name" ON "identities" USING btree ("platform","tenant","person",lower(name)) WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "identities_deleted" ON "identities" USING btree ("deleted_at") WHERE deleted_at is not null;--> statement-breakpoint
CREATE INDEX "identity_photos_media" ON "identity_photos" USING btree ("media");--> statement-breakpoint
CREATE INDEX "identity_shares_target" ON "identity_shares" USING btree ("kind","target");--> statement-breakpoint
CREATE INDEX "erasures_due" ON "erasures" USING btree ("next_at");--> statement-breakpoint
CREATE INDEX "setting_changes_place" ON "setting_changes" USING btree ("platform","tenant","kind","id" DESC NULLS LAST);