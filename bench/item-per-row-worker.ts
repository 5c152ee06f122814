import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientFor } from '../local/engine/client-options.ts';
import { itemPerRow } from './item-per-row.ts';

/** Writes the rows of a file as items, in a process of its own, like a function that starts. */
const [dynamodb = '', file = ''] = process.argv.slice(2);
await itemPerRow(new DynamoDBClient(clientFor(dynamodb)), readFileSync(file, 'utf8').split('\n'));
