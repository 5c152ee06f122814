import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import type { Endpoints } from '../../local/app/endpoints.ts';
import { clientFor } from '../../local/engine/client-options.ts';

const BINARY = join(import.meta.dirname, '../../node_modules/@dynoxide/linux-x64/dynoxide');
const TRIES = 100;

/** Another engine than that of the local stack: what both agree on is not the habit of one. It runs on Linux x64 only. */
export class SecondDynamoDb {
  static readonly isHere = existsSync(BINARY);
  #process: ChildProcess | undefined;

  /** Starts it with the tables of a running stack, empty. */
  async start(endpoints: Endpoints): Promise<DynamoDBClient> {
    const port = await freePort();
    this.#process = spawn(BINARY, ['--port', String(port)], { stdio: 'ignore' });
    const client = new DynamoDBClient(clientFor(`http://127.0.0.1:${port}`));
    await untilItAnswers(client);
    await copyTables(endpoints, client);
    return client;
  }

  async stop(): Promise<void> {
    const running = this.#process;
    if (!running || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill();
    await ended;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('Expected a port.');
  return address.port;
}

async function untilItAnswers(client: DynamoDBClient): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await client.send(new ListTablesCommand({}));
      return;
    } catch (error) {
      if (tries >= TRIES) throw error;
      await sleep(50);
    }
  }
}

async function copyTables(endpoints: Endpoints, target: DynamoDBClient): Promise<void> {
  const source = new DynamoDBClient(clientFor(endpoints.dynamodb));
  const { TableNames = [] } = await source.send(new ListTablesCommand({}));
  for (const TableName of TableNames) {
    const { Table } = await source.send(new DescribeTableCommand({ TableName }));
    await target.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: Table?.AttributeDefinitions,
        KeySchema: Table?.KeySchema,
      }),
    );
  }
  source.destroy();
}
