import { eventColumns } from './event-text.ts'

/** SQL of the PostgreSQL inbox; each text is prepared once a connection, under its key. */
export type PostgresStatements = ReturnType<typeof postgresStatements>

/**
 * The texts, for a schema and a clock. Every statement that writes lanes locks them first, in the order of their keys:
 * so statements of several processes wait for each other instead of dead-locking, and `seq` grows in the order in which
 * a lane was locked.
 *
 * A row that another transaction changed while this one waited for its lock is read in its newest version by `for
 * update` alone; everything that decides by a lane therefore reads it from `locked`.
 */
export function postgresStatements(schema: string | undefined, clockOffsetMs: number) {
  const prefix = schema === undefined ? '' : `"${schema}".`
  const [event, lane, answer, effect, instance] = ['event', 'lane', 'answer', 'effect', 'instance'].map(
    (name) => `${prefix}larkspur_${name}`,
  )
  // Not clock_timestamp(): it is volatile, and no index serves a comparison with it.
  const now = `((extract(epoch from statement_timestamp()) * 1000)::bigint + ${Math.trunc(clockOffsetMs)})`
  const nextSeq = `nextval(pg_get_serial_sequence('${event}', 'seq'))`
  const name = `case when p.kind in ('task', 'tick') then p.type else '' end`
  const lockLanes = (input: string) => `locked as (
    select l.app_id, l.lane, l.due_at, l.owner, l.fence, l.tail from ${lane} l
    where (l.app_id, l.lane) in (select app_id, lane from ${input}) order by l.app_id, l.lane for update of l)`
  // Makes the events of `picked` ready, at the end of their lanes.
  const makeReady = (
    picked: string,
    set: string,
    before = '',
  ) => `with ${before} picked as (${picked}), ${lockLanes('picked')},
    up as (
      insert into ${lane} as l (app_id, lane, name, due_at, owner, fence, tail)
      select p.app_id, p.lane, min(${name}), ${now}, null, ${now}, count(*) from picked p
      where (select count(*) from locked) >= 0 group by p.app_id, p.lane order by p.app_id, p.lane
      on conflict (app_id, lane) do update set tail = l.tail + excluded.tail, due_at = coalesce(l.due_at, excluded.due_at)
      returning 1),
    moved as (
      update ${event} e set seq = ${nextSeq}, state = 'ready', due_at = ${now}, ${set}
      from picked p where e.seq = p.seq and (select count(*) from up) >= 0 returning 1)
    select count(*) as count from moved`
  const parked = `select seq, app_id, lane, kind, type, wake_key from ${event}`
  const woken = (text: string) => `results = case when e.results is null then '{'
      else left(e.results, length(e.results) - 1) || ',' end || to_json(e.result_key)::text || ':' || ${text} || '}',
      wake_key = null, result_key = null`
  const sweepEvents = (state: string) => `delete from ${event} where seq in (
    select seq from ${event} where state = '${state}' and settled_at < ${now} - $1::bigint order by settled_at limit $2)`
  const countOf = (state: string) => `select app_id, '${state}' as state, count(*) as count, min(seq) as first
    from ${event} where state = '${state}' group by app_id`

  return {
    // What belongs together is joined by the caller: the planner expects one row of each and would compare all with all.
    put: `with input as (
        select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
          $8::text[], $9::bigint[], $10::text[], $11::bigint[])
        with ordinality as i(app_id, event_key, kind, type, lane, name, tenant_key, body, due_at, owner, lease_ms, o)),
      ${lockLanes('input')},
      ins as (
        insert into ${event} (app_id, event_key, kind, type, lane, tenant_key, state, received_at, due_at, body)
        select app_id, event_key, kind, type, lane, tenant_key,
          case when due_at > ${now} then 'delayed' else 'ready' end, ${now}, greatest(due_at, ${now}), body
        from input where (select count(*) from locked) >= 0 order by o
        on conflict (app_id, event_key) do nothing returning seq, app_id, event_key, lane, state),
      added as (
        select f.app_id, f.lane, min(i.name) as name, count(*) as count,
          (array_agg(i.owner order by f.seq))[1] as owner, (array_agg(i.lease_ms order by f.seq))[1] as lease_ms
        from ins f join input i on i.app_id = f.app_id and i.event_key = f.event_key
        where f.state = 'ready' group by f.app_id, f.lane),
      up as (
        insert into ${lane} as l (app_id, lane, name, due_at, owner, fence, tail)
        select app_id, lane, name, ${now} + coalesce(lease_ms, 0), owner, ${now}, count from added
        order by app_id, lane
        on conflict (app_id, lane) do update set tail = l.tail + excluded.tail,
          due_at = coalesce(l.due_at, excluded.due_at),
          owner = case when l.due_at is null then excluded.owner else l.owner end,
          fence = case when l.due_at is null and excluded.owner is not null then l.fence + 1 else l.fence end
        returning app_id, lane, owner, fence, tail, due_at)
      select 'event' as kind, seq, app_id, event_key, lane, state, null as owner, null::bigint as fence,
        null::bigint as tail, null::boolean as live from ins
      union all select 'lane', null, app_id, null, lane, null, owner, fence, tail, due_at > ${now} from up
      union all select 'before', null, app_id, null, lane, null, null, null, null, due_at is not null from locked`,

    // `state || ''`: by the primary key, not by the index of ready events, however few there were at planning.
    settle: `with input as (
        select * from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[],
          $8::bigint[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[])
        with ordinality as i(app_id, lane, fence, tail, seq, outcome, after, delay_ms, error, finished, results,
          wake_key, result_key, o)),
      ${lockLanes('input')},
      held as (
        select i.*, k.owner as lane_owner, k.tail as lane_tail from input i
        join locked k on k.app_id = i.app_id and k.lane = i.lane and k.fence = i.fence),
      settled as (
        update ${event} e set
          state = case h.outcome when 'retry' then 'ready' else h.outcome end,
          settled_at = case when h.outcome in ('done', 'dead') then ${now} end,
          due_at = case h.outcome when 'waiting' then ${now} + h.delay_ms else e.due_at end,
          attempts = e.attempts + case when h.outcome in ('retry', 'dead') then 1 else 0 end,
          body = case h.outcome when 'done' then null else e.body end,
          error = h.error, finished = h.finished, results = h.results, wake_key = h.wake_key, result_key = h.result_key
        from held h where e.seq = h.seq and e.state || '' = 'ready' and h.lane_owner is not null returning 1),
      freed as (
        update ${lane} l set owner = null,
          due_at = case when h.outcome = 'retry' then ${now} + h.delay_ms when h.after = 'yield' then ${now} end
        from (select distinct on (app_id, lane) * from held order by app_id, lane, o desc) h
        where l.app_id = h.app_id and l.lane = h.lane and l.fence = h.fence and h.lane_owner is not null
          and (h.outcome = 'retry' or h.after = 'yield' or (h.after = 'release' and h.tail = h.lane_tail))
        returning l.app_id, l.lane)
      select h.o is null as lost, h.lane_owner is null or f.lane is not null as released from input i
      left join held h on h.o = i.o left join freed f on f.app_id = i.app_id and f.lane = i.lane order by i.o`,

    claim: `with due as (
        select app_id, lane, owner from ${lane} where due_at <= ${now} and app_id = any($1::text[])
        and (name = '' or name = any($2::text[])) order by due_at limit $3 for update skip locked)
      update ${lane} l set owner = $4, fence = l.fence + 1, due_at = ${now} + $5::bigint from due d
      where l.app_id = d.app_id and l.lane = d.lane returning l.app_id, l.lane, l.fence, d.owner as lost`,
    chargeCrashes: `update ${event} set crashes = crashes + 1 where seq in (
        select (select min(seq) from ${event} e where e.app_id = c.app_id and e.lane = c.lane and e.state = 'ready')
        from unnest($1::text[], $2::text[]) as c(app_id, lane))`,
    read: `select c.o, l.tail, e.* from unnest($1::text[], $2::text[], $3::bigint[])
        with ordinality as c(claimed_app, claimed_lane, claimed_fence, o)
      join ${lane} l on l.app_id = c.claimed_app and l.lane = c.claimed_lane and l.fence = c.claimed_fence
        and l.owner is not null
      left join lateral (select ${eventColumns} from ${event} where app_id = c.claimed_app and lane = c.claimed_lane
        and state = 'ready' order by seq limit $4) e on true order by c.o, e.seq`,
    /** An empty lane; not when something was added since its tail was read. */
    releaseEmpty: `update ${lane} set owner = null, due_at = null
      where app_id = $1 and lane = $2 and fence = $3 and tail = $4 and owner is not null`,
    extend: `with input as (select * from unnest($1::text[], $2::text[], $3::bigint[]) with ordinality as i(app_id, lane, fence, o)),
      ${lockLanes('input')}
      update ${lane} l set due_at = ${now} + $5::bigint from input i join locked k on k.app_id = i.app_id and k.lane = i.lane
      where l.app_id = i.app_id and l.lane = i.lane and l.fence = i.fence and l.owner = $4 returning i.o`,
    giveBack: `with input as (select * from unnest($1::text[], $2::text[], $3::bigint[]) as i(app_id, lane, fence)),
      ${lockLanes('input')}
      update ${lane} l set owner = null, due_at = ${now} from input i join locked k on k.app_id = i.app_id and k.lane = i.lane
      where l.app_id = i.app_id and l.lane = i.lane and l.fence = i.fence and l.owner is not null`,

    wake: makeReady(
      `${parked} where app_id = $1 and wake_key = $2 and state = 'waiting' order by seq for update`,
      woken('$3::text'),
    ),
    wakeExpired: makeReady(
      `${parked} where state = 'waiting' and due_at <= ${now} order by due_at limit $1 for update skip locked`,
      woken('$2::text'),
    ),
    promoteDelayed: makeReady(
      `${parked} where state = 'delayed' and due_at <= ${now} order by due_at, seq limit 500 for update skip locked`,
      'settled_at = null',
    ),
    redrive: makeReady(
      `${parked} where seq = any($1::bigint[]) and state = 'dead' order by seq for update`,
      'settled_at = null, attempts = 0, crashes = 0',
    ),
    keepAnswer: `insert into ${answer} (app_id, wake_key, answer, expires_at) values ($1, $2, $3, ${now} + $4::bigint)
      on conflict (app_id, wake_key) do update set answer = excluded.answer, expires_at = excluded.expires_at`,
    keptAnswers: `select a.app_id, a.wake_key from ${answer} a where a.expires_at > ${now} and exists (
      select 1 from ${event} e where e.app_id = a.app_id and e.wake_key = a.wake_key and e.state = 'waiting') limit $1`,
    /** In one commit: an answer is either still kept or given. */
    deliverKept: makeReady(
      `${parked} where app_id = $1 and wake_key = $2 and state = 'waiting' and exists (select 1 from kept)
        order by seq for update`,
      woken('(select answer from kept)'),
      `kept as (delete from ${answer} where app_id = $1 and wake_key = $2 and expires_at > ${now} and exists (
        select 1 from ${event} where app_id = $1 and wake_key = $2 and state = 'waiting') returning answer),`,
    ),

    claimEffect: `insert into ${effect} (app_id, effect_key, claimed_at) values ($1, $2, ${now})
      on conflict (app_id, effect_key) do nothing`,
    beat: `insert into ${instance} (id, host, pid, machine, plugins_hash, seen_at) values ($1, $2, $3, $4, $5, ${now})
      on conflict (id) do update set plugins_hash = excluded.plugins_hash, seen_at = excluded.seen_at`,
    instances: `select id, host, pid, plugins_hash as "pluginsHash" from ${instance}
      where seen_at > ${now} - $1::bigint order by id`,
    forgetInstances: `delete from ${instance} where seen_at <= ${now} - $1::bigint`,
    leave: `delete from ${instance} where id = any($1::text[])`,
    instancesOfMachine: `select id, pid from ${instance} where machine = $1`,
    expireLanes: `update ${lane} set due_at = ${now} where owner = any($1::text[]) and due_at > ${now}`,
    counts: `select c.app_id, c.state, c.count, e.due_at as since, ${now} as now from (
        ${countOf('ready')} union all ${countOf('waiting')} union all ${countOf('delayed')} union all ${countOf('dead')}) c
      left join ${event} e on e.seq = c.first`,
    deadLetters: `select seq, app_id, event_key, kind, type, lane, received_at, settled_at, attempts, crashes, error
      from ${event} where state = 'dead' and ($1::text is null or app_id = $1) and ($2::text is null or type = $2)
      and ($3::bigint is null or seq < $3) order by seq desc limit $4`,
    sweepDone: sweepEvents('done'),
    sweepDead: sweepEvents('dead'),
    sweepEffects: `delete from ${effect} where (app_id, effect_key) in (
      select app_id, effect_key from ${effect} where claimed_at < ${now} - $1::bigint order by claimed_at limit $2)`,
    sweepAnswers: `delete from ${answer} where expires_at <= ${now}`,
    /** Idle lanes hold nothing; a next event makes them anew. Goes round, a few at a time. */
    sweepLanes: `with walked as (select app_id, lane from ${lane} where (app_id, lane) > ($1, $2)
        order by app_id, lane limit $3),
      gone as (delete from ${lane} l using walked w where l.app_id = w.app_id and l.lane = w.lane and l.due_at is null)
      select app_id, lane, (select count(*) from walked) as walked from walked order by app_id desc, lane desc limit 1`,
    now: `select ${now} as now`,
    ping: `select 1 from ${lane} limit 1`,
  }
}
