import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';

/** False where the write's condition did not hold. */
export async function unlessRefuted(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
