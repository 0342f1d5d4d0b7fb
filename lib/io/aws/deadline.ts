// Calls that nobody waits for any longer than a limit.

/** The answer, or an error when it takes too long. Calls that are under way end by themselves; what they answer is not waited for. */
export async function answerWithin<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const refuse = () => reject(new Error(`no answer within ${milliseconds / 1000} seconds`));
    timer = setTimeout(refuse, milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
