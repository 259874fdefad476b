import {
  AlarmClock,
  Bell,
  Bot,
  Calendar,
  Check,
  ChevronDown,
  ChevronRight,
  CircleCheck,
  CircleHelp,
  CircleX,
  Clock,
  Cloud,
  Copy,
  Download,
  Ellipsis,
  Eye,
  File,
  FileText,
  Flag,
  Folder,
  Heart,
  House,
  Image as ImageIcon,
  Info,
  Link,
  Lock,
  type LucideIcon,
  Mail,
  MapPin,
  MessageCircle,
  Mic,
  Pencil,
  Phone,
  Pin,
  Plus,
  RefreshCw,
  Search,
  Send,
  Settings,
  Shapes,
  Share2,
  Sparkles,
  Star,
  Table,
  Tag,
  ThumbsUp,
  Trash2,
  TriangleAlert,
  User,
  Users,
  Video,
  X,
} from 'lucide-react'
import { type Json, textOf } from '../../../src/im/card-json.ts'
import { useCard } from './card-context.ts'
import { colorOf } from './color.ts'
import styles from './image.module.css'
import { lengthsOf } from './layout.ts'

// The platform has about two thousand icons; a token is shown by the first of these words that it holds.
const drawings: readonly [word: string, icon: LucideIcon][] = [
  ['robot', Bot],
  ['bot', Bot],
  ['calendar', Calendar],
  ['chat', MessageCircle],
  ['message', MessageCircle],
  ['mail', Mail],
  ['alarm', AlarmClock],
  ['bell', Bell],
  ['notice', Bell],
  ['time', Clock],
  ['history', Clock],
  ['yes', CircleCheck],
  ['succeed', CircleCheck],
  ['check', Check],
  ['done', Check],
  ['error', CircleX],
  ['no', CircleX],
  ['close', X],
  ['warning', TriangleAlert],
  ['danger', TriangleAlert],
  ['info', Info],
  ['help', CircleHelp],
  ['question', CircleHelp],
  ['down', ChevronDown],
  ['right', ChevronRight],
  ['send', Send],
  ['search', Search],
  ['setting', Settings],
  ['admin', Settings],
  ['group', Users],
  ['members', Users],
  ['contacts', Users],
  ['member', User],
  ['person', User],
  ['profile', User],
  ['doc', FileText],
  ['file', File],
  ['sheet', Table],
  ['bitable', Table],
  ['table', Table],
  ['folder', Folder],
  ['space', Folder],
  ['wiki', FileText],
  ['image', ImageIcon],
  ['video', Video],
  ['mic', Mic],
  ['call', Phone],
  ['phone', Phone],
  ['link', Link],
  ['lock', Lock],
  ['local', MapPin],
  ['location', MapPin],
  ['edit', Pencil],
  ['delete', Trash2],
  ['add', Plus],
  ['more', Ellipsis],
  ['visible', Eye],
  ['eye', Eye],
  ['copy', Copy],
  ['download', Download],
  ['share', Share2],
  ['forward', Share2],
  ['refresh', RefreshCw],
  ['loop', RefreshCw],
  ['flag', Flag],
  ['pin', Pin],
  ['tag', Tag],
  ['star', Star],
  ['collection', Star],
  ['thumbsup', ThumbsUp],
  ['like', Heart],
  ['home', House],
  ['cloud', Cloud],
  ['ai', Sparkles],
  ['myai', Sparkles],
]

/** An icon of the platform's library, drawn alike, or an image of the bot. */
export function Icon({ icon, size = '1.15em' }: { icon: Json; size?: string }) {
  const { config, imageUrl } = useCard()
  const measure = lengthsOf(icon.size)?.split(' ')[0] ?? size
  const key = textOf(icon.img_key)
  if (key !== undefined && icon.tag !== 'standard_icon') {
    return <img className={styles.icon} src={imageUrl(key)} alt="" style={{ width: measure, height: measure }} />
  }
  const token = textOf(icon.token) ?? ''
  const words = token.split(/[-_]/)
  const Drawing = drawings.find(([word]) => words.includes(word))?.[1] ?? Shapes
  return (
    <Drawing
      className={styles.icon}
      width={measure}
      height={measure}
      color={colorOf(icon.color, config) ?? 'currentColor'}
      aria-hidden="true"
      data-icon={token}
    />
  )
}
