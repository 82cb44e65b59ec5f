import { useMantineColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { rememberProject, useRecentProjects } from '../lib/recent-projects.ts';
import { service } from '../lib/service.ts';

/** Keeps the projects that are opened in mind, and the desktop's menu up to date. */
export function useShellReport(): void {
  const { projectId } = useParams({ strict: false });
  const { colorScheme: appearance } = useMantineColorScheme();
  const { data: projects = [] } = useQuery(service.projects.list.queryOptions());
  const current = projects.find(({ id }) => String(id) === projectId);
  const id = current?.id;
  const createdAt = current?.createdAt;
  useEffect(() => {
    if (id !== undefined && createdAt !== undefined) rememberProject({ id, createdAt });
  }, [id, createdAt]);
  const recent = useRecentProjects(projects).map((project) => ({ id: project.id, name: project.name }));
  // As text, so that the same report is not sent again with every answer of the service.
  const report = JSON.stringify({ projectId: id ?? null, recent, appearance });
  useEffect(() => window.stockpotDesktop?.report(JSON.parse(report)), [report]);
}
