/** `--stage dev` is a setting like others: `-c stage=dev`. */
export function withStage(options: readonly string[]): string[] {
  return options.flatMap((option, i) => {
    if (option === '--stage') return [];
    if (options[i - 1] === '--stage') return ['-c', `stage=${option}`];
    return [option.replace(/^--stage=/, '-cstage=')];
  });
}
