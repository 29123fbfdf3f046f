import { useMantineColorScheme } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useRef } from "react";
import { answerOf, api } from "@/api/client";
import { queryClient } from "@/api/queries";
import type { components } from "@/api/schema";
import { useSession } from "@/api/session";
import { notifyOfFailure } from "@/ui/acting/notify";
import { adopt, keptOf, type Settings, settingsOf, useSettings } from "@/ui/settings";

/** Choosing columns is several clicks: they are kept together. */
const PAUSE_MS = 600;

type PageSettings = components["schemas"]["PageSettings"];

/** What a person sets follows them to the next browser: it is kept with their account, and taken from there. */
export default function SettingsSync() {
  const me = useSession().data?.user;
  const settings = useSettings();
  const { setColorScheme } = useMantineColorScheme();
  const kept = useQuery({
    queryKey: ["my-settings", me],
    queryFn: ({ signal }) => answerOf(api.GET("/api/v1/me/settings", { signal })),
    enabled: me !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  /** What the account has, as far as this page knows, and whose account that is. */
  const known = useRef({ me, text: "" });
  /** One after another: what was set last shall be what stays. */
  const sending = useRef<Promise<unknown>>(Promise.resolve());
  const take = useEffectEvent((theirs: PageSettings) => {
    const { me: whose, text } = known.current;
    // What was set here since it was sent is newer than the answer.
    const isNewer = whose === me && text !== "" && textOf(settings) !== text;
    known.current = { me, text: textOf(settingsOf(theirs)) };
    if (!isNewer) adopt(theirs);
  });
  useEffect(() => {
    if (kept.data) take(kept.data);
  }, [kept.data]);
  useEffect(
    () => setColorScheme(settings.theme === "system" ? "auto" : settings.theme),
    [settings.theme, setColorScheme],
  );
  useEffect(() => {
    const text = textOf(settings);
    if (!known.current.text || known.current.me !== me || text === known.current.text) return;
    const timer = setTimeout(() => {
      known.current.text = text;
      sending.current = sending.current
        .then(() => answerOf(api.PUT("/api/v1/me/settings", { body: keptOf(settings) })))
        .then((answer) => {
          // Else the next one is on its way already.
          if (known.current.text === text) queryClient.setQueryData(["my-settings", me], answer);
        })
        .catch(notifyOfFailure);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [settings, me]);
  return null;
}

function textOf(settings: Settings): string {
  return JSON.stringify(keptOf(settings));
}
