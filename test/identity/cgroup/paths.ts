import type { Place } from "../../../src/identity/cgroup/path.ts";

const ID = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";
const OTHER_ID = "0a3f1e07b1c9d2a4c6e8f00112233445566778899aabbccddeeff0011223344a";
const UID = "0d5f0a0c-6b0e-4f0a-9d1c-9f3c8f2d6f11";
const UID_ = UID.replaceAll("-", "_");
/** Of a static pod: the hash of its manifest. */
const HASH = "7d1c3b5ad0f3e2b1a4968778695a4b3c";

/** Who made the path, the path, what it says. */
export const PATHS: readonly (readonly [layout: string, path: string, place: Place])[] = [
  [
    "containerd, systemd driver, Burstable",
    `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${UID_}.slice/cri-containerd-${ID}.scope`,
    { podUid: UID, containerId: ID },
  ],
  [
    "containerd, systemd driver, BestEffort",
    `/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${UID_}.slice/cri-containerd-${ID}.scope`,
    { podUid: UID, containerId: ID },
  ],
  [
    "containerd, systemd driver, Guaranteed",
    `/kubepods.slice/kubepods-pod${UID_}.slice/cri-containerd-${ID}.scope`,
    { podUid: UID, containerId: ID },
  ],
  [
    "containerd, systemd driver, a static pod",
    `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${HASH}.slice/cri-containerd-${ID}.scope`,
    { podUid: HASH, containerId: ID },
  ],
  [
    "containerd, cgroupfs driver, Burstable",
    `/kubepods/burstable/pod${UID}/${ID}`,
    { podUid: UID, containerId: ID },
  ],
  ["containerd, cgroupfs driver, Guaranteed", `/kubepods/pod${UID}/${ID}`, { podUid: UID, containerId: ID }],
  [
    "containerd, cgroupfs driver, a static pod",
    `/kubepods/besteffort/pod${HASH}/${ID}`,
    { podUid: HASH, containerId: ID },
  ],
  [
    "containerd with the cgroupfs driver under a kubelet with the systemd driver",
    `/system.slice/containerd.service/kubepods-burstable-pod${UID_}.slice:cri-containerd:${ID}`,
    { podUid: UID, containerId: ID },
  ],
  [
    "CRI-O with the cgroupfs driver under a kubelet with the systemd driver",
    `/system.slice/crio.service/kubepods-pod${UID_}.slice:crio:${ID}`,
    { podUid: UID, containerId: ID },
  ],
  [
    "CRI-O, runc, systemd driver",
    `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${UID_}.slice/crio-${ID}.scope`,
    { podUid: UID, containerId: ID },
  ],
  [
    "CRI-O, crun's extra leaf",
    `/kubepods.slice/kubepods-pod${UID_}.slice/crio-${ID}.scope/container`,
    { podUid: UID, containerId: ID },
  ],
  [
    "CRI-O's monitor, which is the pod's and no container",
    `/kubepods.slice/kubepods-pod${UID_}.slice/crio-conmon-${ID}.scope`,
    { podUid: UID },
  ],
  [
    "CRI-O, a static pod",
    `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${HASH}.slice/crio-${ID}.scope`,
    { podUid: HASH, containerId: ID },
  ],
  ["CRI-O, cgroupfs driver", `/kubepods/burstable/pod${UID}/crio-${ID}`, { podUid: UID, containerId: ID }],
  [
    "Docker by cri-dockerd, systemd driver",
    `/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${UID_}.slice/docker-${ID}.scope`,
    { podUid: UID, containerId: ID },
  ],
  ["Docker alone, systemd driver", `/system.slice/docker-${ID}.scope`, { containerId: ID }],
  ["Docker alone, cgroupfs driver", `/docker/${ID}`, { containerId: ID }],
  ["Podman as root", `/machine.slice/libpod-${ID}.scope/container`, { containerId: ID }],
  ["Podman as root, cgroupfs driver", `/libpod_parent/libpod-${ID}`, { containerId: ID }],
  ["its monitor", "/libpod_parent/conmon", {}],
  ["Podman's monitor", `/machine.slice/libpod-conmon-${ID}.scope`, { unit: `libpod-conmon-${ID}.scope` }],
  ["nerdctl", `/system.slice/nerdctl-${ID}.scope`, { containerId: ID }],
  [
    "kind, whose node is a container of Docker's, systemd driver",
    `/system.slice/docker-${OTHER_ID}.scope/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/kubelet-kubepods-burstable-pod${UID_}.slice/cri-containerd-${ID}.scope`,
    { podUid: UID, containerId: ID },
  ],
  [
    "kind, cgroupfs driver",
    `/docker/${OTHER_ID}/kubelet/kubepods/besteffort/pod${UID}/${ID}`,
    { podUid: UID, containerId: ID },
  ],
  [
    "kind, cgroupfs driver, Guaranteed",
    `/docker/${OTHER_ID}/kubelet/kubepods/pod${UID}/${ID}`,
    { podUid: UID, containerId: ID },
  ],
  [
    "kind, systemd driver, Guaranteed",
    `/system.slice/docker-${OTHER_ID}.scope/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod${UID_}.slice/cri-containerd-${ID}.scope`,
    { podUid: UID, containerId: ID },
  ],
  [
    "kind, systemd driver, BestEffort",
    `/system.slice/docker-${OTHER_ID}.scope/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice/kubelet-kubepods-besteffort-pod${UID_}.slice/cri-containerd-${ID}.scope`,
    { podUid: UID, containerId: ID },
  ],
  [
    "a kubelet with --cgroup-root=/apps, systemd driver",
    `/apps.slice/apps-kubepods.slice/apps-kubepods-burstable.slice/apps-kubepods-burstable-pod${UID_}.slice/cri-containerd-${ID}.scope`,
    { podUid: UID, containerId: ID },
  ],
  [
    "a kubelet with --cgroup-root=/apps, cgroupfs driver",
    `/apps/kubepods/burstable/pod${UID}/${ID}`,
    { podUid: UID, containerId: ID },
  ],
  [
    "kind's own node processes",
    `/docker/${OTHER_ID}/system.slice/kubelet.service`,
    { containerId: OTHER_ID },
  ],
  [
    "systemd in a pod's container",
    `/kubepods.slice/kubepods-pod${UID_}.slice/cri-containerd-${ID}.scope/system.slice/nginx.service`,
    { podUid: UID, containerId: ID },
  ],
  [
    "Docker in a pod",
    `/kubepods/burstable/pod${UID}/${ID}/docker/${OTHER_ID}`,
    { podUid: UID, containerId: ID },
  ],
  [
    "a container that gives itself out for another pod's",
    `/kubepods/burstable/pod${UID}/${ID}/kubepods/burstable/pod${HASH}/${OTHER_ID}`,
    { podUid: UID, containerId: ID },
  ],
  ["what the kubelet makes before the container", `/kubepods/burstable/pod${UID}`, { podUid: UID }],
  ["all pods together", "/kubepods.slice/kubepods-burstable.slice", {}],
  ["a folder of a pod's name that is not the kubelet's", `/mine/pod${UID}/x`, {}],
  ["the root, where kernel threads are", "/", {}],
  ["a service", "/system.slice/ssh.service", { unit: "ssh.service" }],
  [
    "an instance of one",
    "/system.slice/system-getty.slice/getty@tty1.service",
    { unit: "getty@tty1.service" },
  ],
  ["somebody's session", "/user.slice/user-1000.slice/session-3.scope", { unit: "session-3.scope" }],
  [
    "a user's own service, whose unit the system knows as the user's manager",
    "/user.slice/user-1000.slice/user@1000.service/app.slice/syncthing.service",
    { unit: "user@1000.service" },
  ],
  ["systemd itself", "/init.scope", { unit: "init.scope" }],
  ["no path at all", "", {}],
];
