// Deals with Emmett: a decider, and a raw SQL projection, as its pages on deciders and on read models have them.

import { SQL } from '@event-driven-io/dumbo';
import { IllegalStateError } from '@event-driven-io/emmett';
import { postgreSQLRawSQLProjection } from '@event-driven-io/emmett-postgresql';

const initialState = () => ({ stage: 'NEW' });

const evolve = (deal, { type, data }) => {
  switch (type) {
    case 'DealOpened':
      return { ...data, stage: 'PROSPECTING', amount: null, changedAt: data.at };
    case 'DealEngaged':
      return { ...deal, stage: 'ENGAGING', changedAt: data.at };
    case 'DealWon':
      return { ...deal, stage: 'WON', amount: data.amount, changedAt: data.at };
    case 'DealLost':
      return { ...deal, stage: 'LOST', changedAt: data.at };
    default:
      return deal;
  }
};

export const mustBe = (deal, stage) => {
  if (deal.stage !== stage) throw new IllegalStateError(`The deal is ${deal.stage}, not ${stage}.`);
};

// The time is in the metadata because the store does not hand out the one that it writes.
const recorded = (type, data) => ({ type, data, metadata: { recordedAt: new Date().toISOString() } });

const decide = ({ type, data: { deal, at, name, owner, company, product, amount } }, state) => {
  switch (type) {
    case 'open':
      mustBe(state, 'NEW');
      return recorded('DealOpened', { deal, at, name, owner, company, product });
    case 'engage':
      mustBe(state, 'PROSPECTING');
      return recorded('DealEngaged', { deal, at });
    case 'win':
      mustBe(state, 'ENGAGING');
      return recorded('DealWon', { deal, at, amount });
    case 'lose':
      mustBe(state, 'ENGAGING');
      return recorded('DealLost', { deal, at });
    default:
      throw new IllegalStateError(`There is no command ${type}.`);
  }
};

export const decider = { initialState, evolve, decide };

export const command = (step) => ({ type: step.kind, data: step });

export const stream = (deal) => `deal-${deal}`;

const createTable = () => SQL`CREATE TABLE IF NOT EXISTS deals (id text PRIMARY KEY, name text NOT NULL,
  owner text NOT NULL, company text NOT NULL, product text NOT NULL, amount numeric, stage text NOT NULL,
  version bigint NOT NULL, recorded_at timestamptz NOT NULL, projected_at timestamptz NOT NULL)`;

const moved = (stage, amount, { data, metadata }) =>
  SQL`UPDATE deals SET stage = ${stage}, amount = coalesce(${amount}::numeric, amount),
    version = ${Number(metadata.streamPosition)}, recorded_at = ${metadata.recordedAt},
    projected_at = clock_timestamp() WHERE id = ${data.deal}`;

const toSQL = (event) => {
  const { type, data, metadata } = event;
  switch (type) {
    case 'DealOpened':
      return SQL`INSERT INTO deals VALUES (${data.deal}, ${data.name}, ${data.owner}, ${data.company},
        ${data.product}, NULL, 'PROSPECTING', 1, ${metadata.recordedAt}, clock_timestamp())`;
    case 'DealEngaged':
      return moved('ENGAGING', null, event);
    case 'DealWon':
      return moved('WON', data.amount, event);
    case 'DealLost':
      return moved('LOST', null, event);
  }
};

export const projection = postgreSQLRawSQLProjection({
  name: 'deals',
  canHandle: ['DealOpened', 'DealEngaged', 'DealWon', 'DealLost'],
  init: createTable,
  evolve: toSQL,
});
