import type { SlopesAnswer, SlopesFacts, SlopesQuestion, SlopesTask } from '../../main/engine/protocol.ts';
import { Questions } from '../../main/engine/questions.ts';
import { serveSlopes } from '../../main/engine/tasks/slopes.ts';
import type { SlopesOracle } from '../../main/recipes/recipe.ts';

/** Differentiates in this process what an engine would differentiate in its own. */
export function slopesHere(task: Omit<SlopesTask, 'kind' | 'groups' | 'fixed' | 'keptBytes'>): SlopesOracle {
  return {
    async open({ groups, keptBytes }) {
      const questions = new Questions<SlopesQuestion>();
      const awaited: ((answer: SlopesAnswer) => void)[] = [];
      const ready = Promise.withResolvers<SlopesFacts>();
      const served = serveSlopes(
        { ...task, kind: 'slopes', groups, fixed: [], keptBytes },
        { opened: ready.resolve, questions, answer: (answer) => awaited.shift()!(answer) },
      );
      served.catch(ready.reject);
      const { runtimeIdentity } = await ready.promise;
      const ask = (question: SlopesQuestion): Promise<SlopesAnswer> =>
        Promise.race([
          new Promise<SlopesAnswer>((resolve) => {
            awaited.push(resolve);
            questions.add(question);
          }),
          served.then(() => Promise.reject(new Error('ended'))),
        ]);
      return {
        sampleCount: task.split.sampleCount,
        runtime: runtimeIdentity,
        slopes: async (question) =>
          (await ask({ ...question, want: 'slopes' })) as Extract<SlopesAnswer, { want: 'slopes' }>,
        score: async (question) =>
          (await ask({ ...question, want: 'score' })) as Extract<SlopesAnswer, { want: 'score' }>,
        async close() {
          questions.end();
          await served;
        },
      };
    },
  };
}
