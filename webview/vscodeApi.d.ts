/** VS Code gives it to each page once. */
declare function acquireVsCodeApi(): { postMessage(message: unknown): void };

declare module '*.css';
