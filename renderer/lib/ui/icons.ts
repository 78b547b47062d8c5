/** The icons in use, each brought in by itself so that no other travels with the page. */
import ArrowLeft from '@lucide/svelte/icons/arrow-left'
import ArrowRight from '@lucide/svelte/icons/arrow-right'
import BookUser from '@lucide/svelte/icons/book-user'
import Bell from '@lucide/svelte/icons/bell'
import Camera from '@lucide/svelte/icons/camera'
import Check from '@lucide/svelte/icons/check'
import CircleAlert from '@lucide/svelte/icons/circle-alert'
import CircleCheck from '@lucide/svelte/icons/circle-check'
import ClipboardList from '@lucide/svelte/icons/clipboard-list'
import Clock from '@lucide/svelte/icons/clock'
import CreditCard from '@lucide/svelte/icons/credit-card'
import Delete from '@lucide/svelte/icons/delete'
import Download from '@lucide/svelte/icons/download'
import Ear from '@lucide/svelte/icons/ear'
import Eye from '@lucide/svelte/icons/eye'
import Fingerprint from '@lucide/svelte/icons/fingerprint'
import HandHelping from '@lucide/svelte/icons/hand-helping'
import Headphones from '@lucide/svelte/icons/headphones'
import House from '@lucide/svelte/icons/house'
import Info from '@lucide/svelte/icons/info'
import Keyboard from '@lucide/svelte/icons/keyboard'
import LogOut from '@lucide/svelte/icons/log-out'
import Minus from '@lucide/svelte/icons/minus'
import Moon from '@lucide/svelte/icons/moon'
import Pencil from '@lucide/svelte/icons/pencil'
import Plus from '@lucide/svelte/icons/plus'
import Printer from '@lucide/svelte/icons/printer'
import Refresh from '@lucide/svelte/icons/refresh-cw'
import Search from '@lucide/svelte/icons/search'
import Settings from '@lucide/svelte/icons/settings'
import Shield from '@lucide/svelte/icons/shield-check'
import Smartphone from '@lucide/svelte/icons/smartphone'
import Trash from '@lucide/svelte/icons/trash-2'
import Triangle from '@lucide/svelte/icons/triangle-alert'
import User from '@lucide/svelte/icons/user'
import Users from '@lucide/svelte/icons/users'
import Volume from '@lucide/svelte/icons/volume-2'
import VolumeLow from '@lucide/svelte/icons/volume-1'
import VolumeOff from '@lucide/svelte/icons/volume-x'
import Wifi from '@lucide/svelte/icons/wifi'
import WifiOff from '@lucide/svelte/icons/wifi-off'
import X from '@lucide/svelte/icons/x'

export const icons = {
  'arrow-left': ArrowLeft,
  'arrow-right': ArrowRight,
  bell: Bell,
  camera: Camera,
  card: CreditCard,
  check: Check,
  'circle-alert': CircleAlert,
  'circle-check': CircleCheck,
  clock: Clock,
  delete: Delete,
  download: Download,
  ear: Ear,
  eye: Eye,
  finger: Fingerprint,
  headphones: Headphones,
  help: HandHelping,
  home: House,
  info: Info,
  keyboard: Keyboard,
  list: ClipboardList,
  minus: Minus,
  moon: Moon,
  passport: BookUser,
  pencil: Pencil,
  phone: Smartphone,
  plus: Plus,
  printer: Printer,
  refresh: Refresh,
  search: Search,
  settings: Settings,
  shield: Shield,
  'sign-out': LogOut,
  trash: Trash,
  triangle: Triangle,
  user: User,
  users: Users,
  volume: Volume,
  'volume-low': VolumeLow,
  'volume-off': VolumeOff,
  wifi: Wifi,
  'wifi-off': WifiOff,
  x: X,
} as const

export type IconName = keyof typeof icons
