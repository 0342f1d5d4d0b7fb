// The custom notification that Amazon Q Developer shows in Slack and Teams
// (https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html). It reads markdown and mentions, so
// everything that comes from the event or the group stands in code marks, without characters that end them.

export interface ChatNotification {
  readonly version: '1.0';
  readonly source: 'custom';
  readonly id: string;
  readonly content: {
    readonly textType: 'client-markdown';
    readonly title: string;
    readonly description: string;
    readonly nextSteps: readonly string[];
    readonly keywords: readonly string[];
  };
  readonly metadata: {
    readonly threadId: string;
    readonly summary: string;
    readonly eventType: string;
    readonly relatedResources: readonly string[];
  };
}

/** The most characters that each part may have. */
export const LONGEST = { title: 250, description: 8000, nextStep: 350, keyword: 75 } as const;

/** The most rules that a notification shows one by one. */
export const MOST_RULES = 10;

/** What the message of one kind says. */
interface Said {
  readonly id: string;
  readonly title: string;
  /** The title, where nothing else is said. */
  readonly summary?: string;
  readonly lines: readonly string[];
  readonly nextSteps: readonly string[];
  readonly keywords?: readonly string[];
  /** Notifications of one thread stand together. */
  readonly threadId: string;
  readonly eventType: string;
  readonly relatedResources?: readonly string[];
}

/** The notification; what is too long is cut. */
export function makeNotification(said: Said): ChatNotification {
  const { id, title, summary = title, threadId, eventType, relatedResources = [], keywords = [] } = said;
  return {
    version: '1.0',
    source: 'custom',
    id,
    content: {
      textType: 'client-markdown',
      title: title.slice(0, LONGEST.title),
      description: said.lines.join('\n').slice(0, LONGEST.description),
      nextSteps: said.nextSteps.map((step) => step.slice(0, LONGEST.nextStep)),
      keywords: keywords.map((word) => word.slice(0, LONGEST.keyword)),
    },
    metadata: { threadId, summary: summary.slice(0, LONGEST.title), eventType, relatedResources },
  };
}
