export { clangdFiles, writeClangdFiles } from './clangdFiles';
export { clangdProject } from './clangdProject';
export { clangdSummary } from './clangdSummary';
