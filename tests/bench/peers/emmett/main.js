// node main.js WORK URL FILE OPTIONS: one work of Emmett; prints its numbers as one line of JSON.
// OPTIONS is JSON: `clients`, `rate`, `batch`.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { DeciderCommandHandler, STREAM_DOES_NOT_EXIST } from '@event-driven-io/emmett';
import {
  getPostgreSQLEventStore,
  postgreSQLEventStoreConsumer,
  rebuildPostgreSQLProjections,
} from '@event-driven-io/emmett-postgresql';
import pg from 'pg';

import { command, decider, mustBe, projection, stream } from './deals.js';

const HERE = fileURLToPath(import.meta.url);
const handle = DeciderCommandHandler(decider);

/** The schema is made before, as in the package's own benchmarks; a connection for each client. */
const opened = async (url, clients = 1, options = '') => {
  const pool = new pg.Pool({ connectionString: url, max: clients, options });
  const store = getPostgreSQLEventStore(url, { schema: { autoMigration: 'None' }, connectionOptions: { pool } });
  await pool.query('SELECT 1');
  return { store, close: async () => (await store.close(), pool.ended || (await pool.end())) };
};

const migrate = async (url) => {
  const store = getPostgreSQLEventStore(url);
  await store.schema.migrate();
  await store.close();
};

const lines = (file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

/** The steps of each client: all steps of a deal are one client's, in their order. */
const shards = (file, clients) => {
  const found = Array.from({ length: clients }, () => []);
  for (const step of lines(file)) found[parseInt(step.deal.slice(-6), 16) % clients].push(step);
  return found;
};

/** Handles commands one after another, each not before it is due; `pause` is in milliseconds. */
const workOff = async (store, steps, pause) => {
  const began = performance.now();
  for (const [number, step] of steps.entries()) {
    const early = pause ? began + number * pause - performance.now() : 0;
    if (early > 0) await sleep(early);
    await handle(store, stream(step.deal), command(step));
  }
};

/** One process of `append`: every so-many-th client, from the one with its number. */
const client = async (url, file, { clients, rate, number, processes }) => {
  const mine = shards(file, clients).filter((_, index) => index % processes === number);
  const { store, close } = await opened(url, mine.length);
  process.send('ready');
  await once(process, 'message');
  await Promise.all(mine.map((steps) => workOff(store, steps, rate ? (1000 * clients) / rate : 0)));
  await close();
  process.disconnect();
};

const child = (work, url, file, options) => {
  const started = fork(HERE, [work, url, file, JSON.stringify(options)], { silent: false, stdio: [0, 2, 2, 'ipc'] });
  const ended = once(started, 'exit');
  const ready = Promise.race([once(started, 'message'), ended.then(() => Promise.reject(new Error(`${work} ended`)))]);
  return { process: started, ready, ended };
};

/** Clients share as many processes as there are cores. */
const append = async (url, file, { clients = 1, rate = 0 }) => {
  await migrate(url);
  const processes = Math.min(clients, availableParallelism());
  const children = Array.from({ length: processes }, (_, number) =>
    child('client', url, file, { clients, rate, number, processes }),
  );
  await Promise.all(children.map(({ ready }) => ready));
  const began = performance.now();
  const beganAt = Date.now() / 1000;
  for (const each of children) each.process.send('go');
  const codes = await Promise.all(children.map(({ ended }) => ended));
  const seconds = (performance.now() - began) / 1000;
  if (codes.some(([code]) => code !== 0)) throw new Error('A client failed.');
  const commands = lines(file).length;
  return { commands, seconds, rate: commands / seconds, began_at: beganAt };
};

/** Fills the store: every deal's events in one append. One at a time, as a consumer passes over what is appended
 *  beside it, and without waiting for the disk. */
const bulk = async (url, file) => {
  await migrate(url);
  const { store, close } = await opened(url, 1, '-c synchronous_commit=off');
  const began = performance.now();
  const steps = lines(file);
  for (const [deal, mine] of grouped(steps))
    await store.appendToStream(stream(deal), events(mine), { expectedStreamVersion: STREAM_DOES_NOT_EXIST });
  await close();
  return { commands: steps.length, seconds: (performance.now() - began) / 1000 };
};

const grouped = (steps) => {
  const found = new Map();
  for (const step of steps) {
    if (found.has(step.deal)) found.get(step.deal).push(step);
    else found.set(step.deal, [step]);
  }
  return found;
};

const events = (steps) => {
  let state = decider.initialState();
  return steps.map((step) => {
    const event = decider.decide(command(step), state);
    state = decider.evolve(state, event);
    return event;
  });
};

/** Loads the deal of each line and asks whether it may be engaged; tells the memory that the process has then. */
const load = async (url, file) => {
  const { store, close } = await opened(url);
  const chosen = lines(file);
  const began = performance.now();
  for (const { deal } of chosen) {
    const { state } = await store.aggregateStream(stream(deal), decider);
    try {
      mustBe(state, 'PROSPECTING');
    } catch {
      continue;
    }
  }
  const seconds = (performance.now() - began) / 1000;
  await close();
  return { loads: chosen.length, seconds, rate: chosen.length / seconds, memory: process.memoryUsage.rss() };
};

/** An asynchronous projection: a consumer with a projector, in a process of its own until it is told to end. */
const project = async (url) => {
  const consumer = postgreSQLEventStoreConsumer({ connectionString: url });
  consumer.projector({ projection });
  await consumer.init();
  const running = consumer.start();
  process.send('ready');
  await Promise.race([once(process, 'message'), running]);
  process.exit(0);
};

/** Waits until the projector's checkpoint is at the last event; an error when it does not move for so many seconds. */
const caughtUp = async (url, patience = 30) => {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  const asked = `SELECT (SELECT max(global_position) FROM emt_messages) AS last,
    (SELECT coalesce(max(last_processed_checkpoint), '0')::bigint FROM emt_processors) AS done`;
  for (let done = null, moved = Date.now(); ; await sleep(50)) {
    const [row] = (await pool.query(asked)).rows;
    if (row.done === row.last) break;
    if (row.done !== done) [done, moved] = [row.done, Date.now()];
    if (Date.now() - moved > 1000 * patience) throw new Error(`The projection stands still at ${done} of ${row.last}.`);
  }
  await pool.end();
};

const live = async (url, file, options) => {
  await migrate(url);
  const projector = child('project', url, file, {});
  await projector.ready;
  try {
    const appended = await append(url, file, options);
    await caughtUp(url);
    return appended;
  } finally {
    if (projector.process.connected) projector.process.send('end');
    await projector.ended;
  }
};

/** The documented rebuild of a projection, in batches as large as in the package's own benchmark. */
const rebuild = async (url, _, { batch = 1000 }) => {
  const began_at = Date.now() / 1000;
  const consumer = rebuildPostgreSQLProjections({ connectionString: url, projection, pulling: { batchSize: batch } });
  await consumer.start();
  await consumer.close();
  return { began_at };
};

/** Answers the one command of the file. */
const start = async (url, file) => {
  const [step] = lines(file);
  const { store, close } = await opened(url);
  await handle(store, stream(step.deal), command(step));
  console.log(JSON.stringify({ commands: 1 }));
  await close();
};

const works = { append, bulk, client, live, load, project, rebuild, start };
const [work, url, file, options] = process.argv.slice(2);
const numbers = await works[work](url, file, JSON.parse(options));
if (numbers) console.log(JSON.stringify(numbers));
