import { useMantineColorScheme } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { answerOf, api } from "@/api/client";
import { queryClient } from "@/api/queries";
import { useSession } from "@/api/session";
import { notifyOfFailure } from "@/ui/acting/notify";
import { adopt, keptOf, settingsOf, useSettings } from "@/ui/settings";

/** Choosing columns is several clicks: they are kept together. */
const PAUSE_MS = 600;

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
  useEffect(() => {
    if (!kept.data) return;
    known.current = { me, text: JSON.stringify(keptOf(settingsOf(kept.data))) };
    adopt(kept.data);
  }, [kept.data, me]);
  useEffect(
    () => setColorScheme(settings.theme === "system" ? "auto" : settings.theme),
    [settings.theme, setColorScheme],
  );
  useEffect(() => {
    const text = JSON.stringify(keptOf(settings));
    if (!known.current.text || known.current.me !== me || text === known.current.text) return;
    const timer = setTimeout(() => {
      known.current.text = text;
      const body = keptOf(settings);
      answerOf(api.PUT("/api/v1/me/settings", { body }))
        .then((answer) => queryClient.setQueryData(["my-settings", me], answer))
        .catch(notifyOfFailure);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [settings, me]);
  return null;
}
