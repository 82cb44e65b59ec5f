import { implement, ORPCError, ValidationError } from '@orpc/server';
import { contract } from '../../../preload/contract/contract.ts';
import { type ErrorFacts, factsOf } from '../../errors.ts';

/**
 * The contract, to be filled in by each domain's router. Whatever a handler throws reaches the caller as the contract's one
 * error, and so does input that does not fit the contract.
 */
export const service = implement(contract).use(async ({ next, errors, path }) => {
  try {
    return await next();
  } catch (thrown) {
    const facts = thrown instanceof ORPCError ? factsOfProtocolError(thrown, path) : factsOf(thrown);
    throw errors.STOCKPOT({ message: facts.what, data: facts, cause: thrown });
  }
});

function factsOfProtocolError(error: ORPCError<string, unknown>, path: readonly string[]): ErrorFacts {
  if (error.code !== 'BAD_REQUEST' || !(error.cause instanceof ValidationError)) {
    return { code: 'internal/unexpected', kind: 'failure', what: error.message, where: path.join('.') };
  }
  return {
    code: 'api/bad-input',
    what: 'The input does not fit',
    where: path.join('.'),
    details: error.cause.issues.map(({ message, path: place = [] }) => {
      const keys = place.map((part) => String(typeof part === 'object' ? part.key : part));
      return keys.length === 0 ? message : `${keys.join('.')}: ${message}`;
    }),
  };
}
