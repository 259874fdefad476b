// Made by scripts/generate.ts from the declarations of @larksuiteoapi/node-sdk 1.74.0 and
// scripts/generate/platform-event-corrections.ts; edit that and run `npm run generate`.

/**
 * Events of the platform by type: the envelope's `event` object as it arrives, without the header.
 * Times are texts of milliseconds since 1970 where an event does not say otherwise.
 */
export interface PlatformEvents {
  readonly 'acs.access_record.created_v1': AcsAccessRecordCreatedV1
  readonly 'acs.user.updated_v1': AcsUserUpdatedV1
  readonly 'add_bot': AddBot
  readonly 'add_user_to_chat': AddUserToChat
  readonly 'apaas.workspace.record_change_v1': ApaasWorkspaceRecordChangeV1
  readonly 'app_open': AppOpen
  readonly 'app_status_change': AppStatusChange
  readonly 'app_ticket': AppTicket
  readonly 'app_uninstalled': AppUninstalled
  readonly 'application.application.app_version.audit_v6': ApplicationApplicationAppVersionAuditV6
  readonly 'application.application.app_version.publish_apply_v6': ApplicationApplicationAppVersionPublishApplyV6
  readonly 'application.application.app_version.publish_revoke_v6': ApplicationApplicationAppVersionPublishRevokeV6
  readonly 'application.application.created_v6': ApplicationApplicationCreatedV6
  readonly 'application.application.feedback.created_v6': ApplicationApplicationFeedbackCreatedV6
  readonly 'application.application.feedback.updated_v6': ApplicationApplicationFeedbackUpdatedV6
  readonly 'application.application.visibility.added_v6': ApplicationApplicationVisibilityAddedV6
  readonly 'application.bot.menu_v6': ApplicationBotMenuV6
  readonly 'approval.approval.updated_v4': ApprovalApprovalUpdatedV4
  readonly 'approval.instance.status_changed_v4': ApprovalInstanceStatusChangedV4
  readonly 'approval.task.status_changed_v4': ApprovalTaskStatusChangedV4
  readonly 'auth.user_access_token.revoked_v4': AuthUserAccessTokenRevokedV4
  readonly 'calendar.calendar.acl.created_v4': CalendarCalendarAclCreatedV4
  readonly 'calendar.calendar.acl.deleted_v4': CalendarCalendarAclDeletedV4
  readonly 'calendar.calendar.changed_v4': CalendarCalendarChangedV4
  readonly 'calendar.calendar.event.changed_v4': CalendarCalendarEventChangedV4
  readonly 'chat_disband': ChatDisband
  readonly 'compensation.archive.changed_v1': CompensationArchiveChangedV1
  readonly 'contact.custom_attr_event.updated_v3': ContactCustomAttrEventUpdatedV3
  readonly 'contact.department.created_v3': ContactDepartmentCreatedV3
  readonly 'contact.department.deleted_v3': ContactDepartmentDeletedV3
  readonly 'contact.department.updated_v3': ContactDepartmentUpdatedV3
  readonly 'contact.employee_type_enum.actived_v3': ContactEmployeeTypeEnumActivedV3
  readonly 'contact.employee_type_enum.created_v3': ContactEmployeeTypeEnumCreatedV3
  readonly 'contact.employee_type_enum.deactivated_v3': ContactEmployeeTypeEnumDeactivatedV3
  readonly 'contact.employee_type_enum.deleted_v3': ContactEmployeeTypeEnumDeletedV3
  readonly 'contact.employee_type_enum.updated_v3': ContactEmployeeTypeEnumUpdatedV3
  readonly 'contact.scope.updated_v3': ContactScopeUpdatedV3
  readonly 'contact.user.created_v3': ContactUserCreatedV3
  readonly 'contact.user.deleted_v3': ContactUserDeletedV3
  readonly 'contact.user.updated_v3': ContactUserUpdatedV3
  readonly 'contact_scope_change': ContactScopeChange
  readonly 'corehr.approval_groups.updated_v2': CorehrApprovalGroupsUpdatedV2
  readonly 'corehr.common_data.id.user_mapping_changed_v1': CorehrCommonDataIdUserMappingChangedV1
  readonly 'corehr.common_data.meta_data.updated_v1': CorehrCommonDataMetaDataUpdatedV1
  readonly 'corehr.company.created_v2': CorehrCompanyCreatedV2
  readonly 'corehr.company.deleted_v2': CorehrCompanyDeletedV2
  readonly 'corehr.company.updated_v2': CorehrCompanyUpdatedV2
  readonly 'corehr.contract.created_v1': CorehrContractCreatedV1
  readonly 'corehr.contract.deleted_v1': CorehrContractDeletedV1
  readonly 'corehr.contract.updated_v1': CorehrContractUpdatedV1
  readonly 'corehr.cost_center.created_v2': CorehrCostCenterCreatedV2
  readonly 'corehr.cost_center.deleted_v2': CorehrCostCenterDeletedV2
  readonly 'corehr.cost_center.updated_v2': CorehrCostCenterUpdatedV2
  readonly 'corehr.custom_org.created_v2': CorehrCustomOrgCreatedV2
  readonly 'corehr.custom_org.deleted_v2': CorehrCustomOrgDeletedV2
  readonly 'corehr.custom_org.updated_v2': CorehrCustomOrgUpdatedV2
  readonly 'corehr.department.created_v1': CorehrDepartmentCreatedV1
  readonly 'corehr.department.created_v2': CorehrDepartmentCreatedV2
  readonly 'corehr.department.deleted_v1': CorehrDepartmentDeletedV1
  readonly 'corehr.department.updated_v1': CorehrDepartmentUpdatedV1
  readonly 'corehr.department.updated_v2': CorehrDepartmentUpdatedV2
  readonly 'corehr.employee.domain_event_v2': CorehrEmployeeDomainEventV2
  readonly 'corehr.employment.converted_v1': CorehrEmploymentConvertedV1
  readonly 'corehr.employment.created_v1': CorehrEmploymentCreatedV1
  readonly 'corehr.employment.deleted_v1': CorehrEmploymentDeletedV1
  readonly 'corehr.employment.resigned_v1': CorehrEmploymentResignedV1
  readonly 'corehr.employment.updated_v1': CorehrEmploymentUpdatedV1
  readonly 'corehr.job.created_v1': CorehrJobCreatedV1
  readonly 'corehr.job.deleted_v1': CorehrJobDeletedV1
  readonly 'corehr.job.updated_v1': CorehrJobUpdatedV1
  readonly 'corehr.job_change.status_updated_v2': CorehrJobChangeStatusUpdatedV2
  readonly 'corehr.job_change.updated_v1': CorehrJobChangeUpdatedV1
  readonly 'corehr.job_change.updated_v2': CorehrJobChangeUpdatedV2
  readonly 'corehr.job_data.changed_v1': CorehrJobDataChangedV1
  readonly 'corehr.job_data.created_v1': CorehrJobDataCreatedV1
  readonly 'corehr.job_data.deleted_v1': CorehrJobDataDeletedV1
  readonly 'corehr.job_data.employed_v1': CorehrJobDataEmployedV1
  readonly 'corehr.job_data.updated_v1': CorehrJobDataUpdatedV1
  readonly 'corehr.job_family.created_v2': CorehrJobFamilyCreatedV2
  readonly 'corehr.job_family.deleted_v2': CorehrJobFamilyDeletedV2
  readonly 'corehr.job_family.updated_v2': CorehrJobFamilyUpdatedV2
  readonly 'corehr.job_grade.created_v2': CorehrJobGradeCreatedV2
  readonly 'corehr.job_grade.deleted_v2': CorehrJobGradeDeletedV2
  readonly 'corehr.job_grade.updated_v2': CorehrJobGradeUpdatedV2
  readonly 'corehr.job_level.created_v2': CorehrJobLevelCreatedV2
  readonly 'corehr.job_level.deleted_v2': CorehrJobLevelDeletedV2
  readonly 'corehr.job_level.updated_v2': CorehrJobLevelUpdatedV2
  readonly 'corehr.location.created_v2': CorehrLocationCreatedV2
  readonly 'corehr.location.deleted_v2': CorehrLocationDeletedV2
  readonly 'corehr.location.updated_v2': CorehrLocationUpdatedV2
  readonly 'corehr.offboarding.checklist_updated_v2': CorehrOffboardingChecklistUpdatedV2
  readonly 'corehr.offboarding.status_updated_v2': CorehrOffboardingStatusUpdatedV2
  readonly 'corehr.offboarding.updated_v1': CorehrOffboardingUpdatedV1
  readonly 'corehr.offboarding.updated_v2': CorehrOffboardingUpdatedV2
  readonly 'corehr.org_role_authorization.updated_v1': CorehrOrgRoleAuthorizationUpdatedV1
  readonly 'corehr.pathway.created_v2': CorehrPathwayCreatedV2
  readonly 'corehr.pathway.deleted_v2': CorehrPathwayDeletedV2
  readonly 'corehr.pathway.updated_v2': CorehrPathwayUpdatedV2
  readonly 'corehr.person.created_v1': CorehrPersonCreatedV1
  readonly 'corehr.person.deleted_v1': CorehrPersonDeletedV1
  readonly 'corehr.person.updated_v1': CorehrPersonUpdatedV1
  readonly 'corehr.position.created_v2': CorehrPositionCreatedV2
  readonly 'corehr.position.deleted_v2': CorehrPositionDeletedV2
  readonly 'corehr.position.updated_v2': CorehrPositionUpdatedV2
  readonly 'corehr.pre_hire.onboarding_task_changed_v2': CorehrPreHireOnboardingTaskChangedV2
  readonly 'corehr.pre_hire.updated_v1': CorehrPreHireUpdatedV1
  readonly 'corehr.probation.updated_v2': CorehrProbationUpdatedV2
  readonly 'corehr.process.approver.updated_v2': CorehrProcessApproverUpdatedV2
  readonly 'corehr.process.cc.updated_v2': CorehrProcessCcUpdatedV2
  readonly 'corehr.process.node.updated_v2': CorehrProcessNodeUpdatedV2
  readonly 'corehr.process.status.update_v2': CorehrProcessStatusUpdateV2
  readonly 'corehr.process.updated_v2': CorehrProcessUpdatedV2
  readonly 'corehr.process_comment_info.updated_v2': CorehrProcessCommentInfoUpdatedV2
  readonly 'corehr.signature_file.status_updated_v2': CorehrSignatureFileStatusUpdatedV2
  readonly 'dept_add': DeptAdd
  readonly 'drive.file.bitable_field_changed_v1': DriveFileBitableFieldChangedV1
  readonly 'drive.file.bitable_record_changed_v1': DriveFileBitableRecordChangedV1
  readonly 'drive.file.created_in_folder_v1': DriveFileCreatedInFolderV1
  readonly 'drive.file.deleted_v1': DriveFileDeletedV1
  readonly 'drive.file.edit_v1': DriveFileEditV1
  readonly 'drive.file.permission_member_added_v1': DriveFilePermissionMemberAddedV1
  readonly 'drive.file.permission_member_applied_v1': DriveFilePermissionMemberAppliedV1
  readonly 'drive.file.permission_member_removed_v1': DriveFilePermissionMemberRemovedV1
  readonly 'drive.file.read_v1': DriveFileReadV1
  readonly 'drive.file.title_updated_v1': DriveFileTitleUpdatedV1
  readonly 'drive.file.trashed_v1': DriveFileTrashedV1
  readonly 'drive.notice.comment_add_v1': DriveNoticeCommentAddV1
  readonly 'elearning.course_registration.created_v2': ElearningCourseRegistrationCreatedV2
  readonly 'elearning.course_registration.deleted_v2': ElearningCourseRegistrationDeletedV2
  readonly 'elearning.course_registration.updated_v2': ElearningCourseRegistrationUpdatedV2
  readonly 'group_setting_update': GroupSettingUpdate
  readonly 'helpdesk.notification.approve_v1': HelpdeskNotificationApproveV1
  readonly 'helpdesk.ticket.created_v1': HelpdeskTicketCreatedV1
  readonly 'helpdesk.ticket.updated_v1': HelpdeskTicketUpdatedV1
  readonly 'helpdesk.ticket_message.created_v1': HelpdeskTicketMessageCreatedV1
  readonly 'hire.application.deleted_v1': HireApplicationDeletedV1
  readonly 'hire.application.stage_changed_v1': HireApplicationStageChangedV1
  readonly 'hire.eco_account.created_v1': HireEcoAccountCreatedV1
  readonly 'hire.eco_background_check.canceled_v1': HireEcoBackgroundCheckCanceledV1
  readonly 'hire.eco_background_check.created_v1': HireEcoBackgroundCheckCreatedV1
  readonly 'hire.eco_exam.created_v1': HireEcoExamCreatedV1
  readonly 'hire.ehr_import_task.imported_v1': HireEhrImportTaskImportedV1
  readonly 'hire.ehr_import_task_for_internship_offer.imported_v1': HireEhrImportTaskForInternshipOfferImportedV1
  readonly 'hire.offer.status_changed_v1': HireOfferStatusChangedV1
  readonly 'hire.referral_account.assets_update_v1': HireReferralAccountAssetsUpdateV1
  readonly 'hire.talent.deleted_v1': HireTalentDeletedV1
  readonly 'hire.talent.tag_subscription_v1': HireTalentTagSubscriptionV1
  readonly 'im.chat.access_event.bot_p2p_chat_entered_v1': ImChatAccessEventBotP2pChatEnteredV1
  readonly 'im.chat.disbanded_v1': ImChatDisbandedV1
  readonly 'im.chat.member.bot.added_v1': ImChatMemberBotAddedV1
  readonly 'im.chat.member.bot.deleted_v1': ImChatMemberBotDeletedV1
  readonly 'im.chat.member.user.added_v1': ImChatMemberUserAddedV1
  readonly 'im.chat.member.user.deleted_v1': ImChatMemberUserDeletedV1
  readonly 'im.chat.member.user.withdrawn_v1': ImChatMemberUserWithdrawnV1
  readonly 'im.chat.updated_v1': ImChatUpdatedV1
  readonly 'im.message.message_read_v1': ImMessageMessageReadV1
  readonly 'im.message.reaction.created_v1': ImMessageReactionCreatedV1
  readonly 'im.message.reaction.deleted_v1': ImMessageReactionDeletedV1
  readonly 'im.message.recalled_v1': ImMessageRecalledV1
  readonly 'im.message.receive_v1': ImMessageReceiveV1
  readonly 'leave_approvalV2': LeaveApprovalV2
  readonly 'mail.user_mailbox.event.message_received_v1': MailUserMailboxEventMessageReceivedV1
  readonly 'meeting_room.meeting_room.created_v1': MeetingRoomMeetingRoomCreatedV1
  readonly 'meeting_room.meeting_room.deleted_v1': MeetingRoomMeetingRoomDeletedV1
  readonly 'meeting_room.meeting_room.status_changed_v1': MeetingRoomMeetingRoomStatusChangedV1
  readonly 'meeting_room.meeting_room.updated_v1': MeetingRoomMeetingRoomUpdatedV1
  readonly 'message': Message
  readonly 'message_read': MessageRead
  readonly 'minutes.minute.generated_v1': MinutesMinuteGeneratedV1
  readonly 'moments.comment.created_v1': MomentsCommentCreatedV1
  readonly 'moments.comment.deleted_v1': MomentsCommentDeletedV1
  readonly 'moments.post.created_v1': MomentsPostCreatedV1
  readonly 'moments.post.deleted_v1': MomentsPostDeletedV1
  readonly 'moments.post_statistics.updated_v1': MomentsPostStatisticsUpdatedV1
  readonly 'moments.reaction.created_v1': MomentsReactionCreatedV1
  readonly 'moments.reaction.deleted_v1': MomentsReactionDeletedV1
  readonly 'order_paid': OrderPaid
  readonly 'out_approval': OutApproval
  readonly 'p2p_chat_create': P2pChatCreate
  readonly 'payroll.payment_activity.approved_v1': PayrollPaymentActivityApprovedV1
  readonly 'payroll.payment_activity.status_changed_v1': PayrollPaymentActivityStatusChangedV1
  readonly 'performance.review_data.changed_v2': PerformanceReviewDataChangedV2
  readonly 'performance.stage_task.open_result_v2': PerformanceStageTaskOpenResultV2
  readonly 'remedy_approval': RemedyApproval
  readonly 'remove_bot': RemoveBot
  readonly 'security_and_compliance.device_apply_record.device_apply_event_v2': SecurityAndComplianceDeviceApplyRecordDeviceApplyEventV2
  readonly 'security_and_compliance.device_record.device_change_event_v2': SecurityAndComplianceDeviceRecordDeviceChangeEventV2
  readonly 'shift_approval': ShiftApproval
  readonly 'task.task.comment.updated_v1': TaskTaskCommentUpdatedV1
  readonly 'task.task.update_tenant_v1': TaskTaskUpdateTenantV1
  readonly 'task.task.update_user_access_v2': TaskTaskUpdateUserAccessV2
  readonly 'task.task.updated_v1': TaskTaskUpdatedV1
  readonly 'third_party_meeting_room_event_created': ThirdPartyMeetingRoomEventCreated
  readonly 'trip_approval': TripApproval
  readonly 'user_add': UserAdd
  readonly 'user_status_change': UserStatusChange
  readonly 'vc.bot.meeting_activity_v1': VcBotMeetingActivityV1
  readonly 'vc.bot.meeting_ended_v1': VcBotMeetingEndedV1
  readonly 'vc.bot.meeting_invited_v1': VcBotMeetingInvitedV1
  readonly 'vc.bot.meeting_started_v1': VcBotMeetingStartedV1
  readonly 'vc.material.review_result_v1': VcMaterialReviewResultV1
  readonly 'vc.meeting.all_meeting_ended_v1': VcMeetingAllMeetingEndedV1
  readonly 'vc.meeting.all_meeting_started_v1': VcMeetingAllMeetingStartedV1
  readonly 'vc.meeting.join_meeting_v1': VcMeetingJoinMeetingV1
  readonly 'vc.meeting.leave_meeting_v1': VcMeetingLeaveMeetingV1
  readonly 'vc.meeting.meeting_ended_v1': VcMeetingMeetingEndedV1
  readonly 'vc.meeting.meeting_started_v1': VcMeetingMeetingStartedV1
  readonly 'vc.meeting.participant_meeting_ended_v1': VcMeetingParticipantMeetingEndedV1
  readonly 'vc.meeting.participant_meeting_joined_v1': VcMeetingParticipantMeetingJoinedV1
  readonly 'vc.meeting.participant_meeting_started_v1': VcMeetingParticipantMeetingStartedV1
  readonly 'vc.meeting.recording_ended_v1': VcMeetingRecordingEndedV1
  readonly 'vc.meeting.recording_ready_v1': VcMeetingRecordingReadyV1
  readonly 'vc.meeting.recording_started_v1': VcMeetingRecordingStartedV1
  readonly 'vc.meeting.send_meeting_im_v1': VcMeetingSendMeetingImV1
  readonly 'vc.meeting.share_ended_v1': VcMeetingShareEndedV1
  readonly 'vc.meeting.share_started_v1': VcMeetingShareStartedV1
  readonly 'vc.note.generated_v1': VcNoteGeneratedV1
  readonly 'vc.recording.recording_ended_v1': VcRecordingRecordingEndedV1
  readonly 'vc.recording.recording_started_v1': VcRecordingRecordingStartedV1
  readonly 'vc.recording.recording_transcript_generated_v1': VcRecordingRecordingTranscriptGeneratedV1
  readonly 'vc.reserve_config.updated_v1': VcReserveConfigUpdatedV1
  readonly 'vc.room.created_v1': VcRoomCreatedV1
  readonly 'vc.room.deleted_v1': VcRoomDeletedV1
  readonly 'vc.room.updated_v1': VcRoomUpdatedV1
  readonly 'vc.room_level.created_v1': VcRoomLevelCreatedV1
  readonly 'vc.room_level.deleted_v1': VcRoomLevelDeletedV1
  readonly 'vc.room_level.updated_v1': VcRoomLevelUpdatedV1
  readonly 'work_approval': WorkApproval
}

/** Callbacks of the platform by type: the envelope's `event` object as it arrives, without the header. */
export interface PlatformCallbacks {
  readonly 'card.action.trigger': CardActionTrigger
  readonly 'url.preview.get': UrlPreviewGet
}

/** Occurs in 2 places, first in `add_bot`. */
export interface AddChatI18nNames {
  readonly en_us: string
  readonly zh_cn: string
}

/** Occurs in 5 places, first in `add_user_to_chat`. */
export interface AddOperator {
  readonly open_id: string
  readonly user_id: string
}

/** Occurs in 2 places, first in `add_user_to_chat`. */
export interface AddUsers {
  readonly name: string
  readonly open_id: string
  readonly user_id: string
}

/** Occurs in 2 places, first in `application.application.app_version.publish_apply_v6`. */
export interface ApplicationI18n {
  readonly i18n_key?: 'zh_cn' | 'en_us' | 'ja_jp'
  readonly name?: string
}

/** Occurs in 2 places, first in `application.application.app_version.publish_apply_v6`. */
export interface ApplicationOnlineVersion {
  readonly app_id: string
  readonly version?: string
  readonly version_id: string
  readonly app_name?: string
  readonly avatar_url?: string
  readonly description?: string
  readonly scopes?: readonly {
    readonly scope: string
    readonly description?: string
    readonly level?: number
    readonly token_types?: readonly ('tenant' | 'user')[]
  }[]
  readonly back_home_url?: string
  readonly i18n?: readonly {
    readonly i18n_key: 'zh_cn' | 'en_us' | 'ja_jp' | 'zh_hk' | 'zh_tw' | 'id_id' | 'ms_my' | 'de_de' | 'es_es' | 'fr_fr' | 'it_it' | 'pt_br' | 'vi_vn' | 'ru_ru' | 'th_th' | 'ko_kr'
    readonly name?: string
    readonly description?: string
    readonly help_use?: string
  }[]
  readonly common_categories?: readonly string[]
  readonly events?: readonly string[]
  readonly status?: number
  readonly create_time?: string
  readonly publish_time?: string
  readonly ability?: {
    readonly gadget?: {
      readonly enable_pc_mode?: number
      readonly schema_urls?: readonly string[]
      readonly pc_use_mobile_pkg?: boolean
      readonly pc_version?: string
      readonly mobile_version?: string
      readonly mobile_min_lark_version?: string
      readonly pc_min_lark_version?: string
    }
    readonly web_app?: ApplicationWebApp
    readonly bot?: {
      readonly card_request_url?: string
      readonly bot_menu_enable?: boolean
      readonly bot_menus?: readonly {
        readonly menu_id?: string
        readonly parent_menu_id?: string
        readonly sort?: number
        readonly default_name?: string
        readonly i18n_name?: Readonly<Record<string, string>>
        readonly redirect_link?: ApplicationWebApp
        readonly event_key?: string
        readonly icon_file_key?: string
        readonly ud_icon?: {
          readonly token?: string
          readonly color?: string
        }
        readonly menu_content_type?: number
      }[]
      readonly bot_menu_display_strategy?: number
    }
    readonly workplace_widgets?: readonly {
      readonly min_lark_version?: string
    }[]
    readonly navigate?: {
      readonly pc?: ApplicationPc
      readonly mobile?: ApplicationPc
    }
    readonly cloud_doc?: {
      readonly space_url?: string
      readonly i18n?: readonly {
        readonly i18n_key: 'zh_cn' | 'en_us' | 'ja_jp'
        readonly name?: string
        readonly read_description?: string
        readonly write_description?: string
      }[]
      readonly icon_url?: string
      readonly mode?: number
    }
    readonly docs_blocks?: readonly {
      readonly block_type_id?: string
      readonly i18n?: readonly ApplicationI18n[]
      readonly mobile_icon_url?: string
      readonly pc_icon_url?: string
    }[]
    readonly message_action?: {
      readonly pc_app_link?: string
      readonly mobile_app_link?: string
      readonly i18n?: readonly ApplicationI18n[]
    }
    readonly plus_menu?: {
      readonly pc_app_link?: string
      readonly mobile_app_link?: string
    }
  }
  readonly remark?: {
    readonly remark?: string
    readonly update_remark?: string
    readonly visibility?: {
      readonly is_all?: boolean
      readonly visible_list?: ApplicationVisibleList
      readonly invisible_list?: ApplicationVisibleList
    }
  }
}

/** Occurs in 2 places, first in `application.application.app_version.publish_apply_v6`. */
export interface ApplicationPc {
  readonly version?: string
  readonly image_url?: string
  readonly hover_image_url?: string
}

/** Occurs in 2 places, first in `application.application.app_version.publish_apply_v6`. */
export interface ApplicationVisibleList {
  readonly open_ids?: readonly UserId[]
  readonly department_ids?: readonly string[]
}

/** Occurs in 2 places, first in `application.application.app_version.publish_apply_v6`. */
export interface ApplicationWebApp {
  readonly pc_url?: string
  readonly mobile_url?: string
}

/** Occurs in 2 places, first in `calendar.calendar.acl.created_v4`. */
export interface CalendarScope {
  readonly type: 'user'
  readonly user_id?: UserId
}

/** Occurs in 2 places, first in `contact.scope.updated_v3`. */
export interface ContactAdded {
  readonly departments?: readonly {
    readonly name: string
    readonly i18n_name?: ContactI18nName
    readonly parent_department_id: string
    readonly department_id?: string
    readonly open_department_id?: string
    readonly leader_user_id?: string
    readonly chat_id?: string
    readonly order?: string
    readonly unit_ids?: readonly string[]
    readonly member_count?: number
    readonly status?: {
      readonly is_deleted?: boolean
    }
    readonly leaders?: readonly ContactLeaders[]
    readonly group_chat_employee_types?: readonly number[]
    readonly primary_member_count?: number
  }[]
  readonly users?: readonly {
    readonly union_id?: string
    readonly user_id?: string
    readonly open_id?: string
    readonly name: string
    readonly en_name?: string
    readonly nickname?: string
    readonly email?: string
    readonly mobile: string
    readonly gender?: number
    readonly avatar?: ContactAvatar
    readonly status?: ContactStatus
    readonly leader_user_id?: string
    readonly city?: string
    readonly country?: string
    readonly work_station?: string
    readonly join_time?: number
    readonly employee_no?: string
    readonly employee_type?: number
    readonly positions?: readonly ContactPositions[]
    readonly custom_attrs?: readonly ContactCustomAttrs[]
    readonly enterprise_email?: string
    readonly description?: string
    readonly job_title?: string
    readonly need_send_notification?: boolean
    readonly notification_option?: {
      readonly channels?: readonly string[]
      readonly language?: 'zh-CN' | 'en-US' | 'ja-JP'
    }
    readonly is_frozen?: boolean
    readonly geo?: string
    readonly job_level_id?: string
    readonly job_family_id?: string
    readonly subscription_ids?: readonly string[]
    readonly assign_info?: readonly {
      readonly subscription_id?: string
      readonly license_plan_key?: string
      readonly product_name?: string
      readonly i18n_name?: ContactI18nName
      readonly start_time?: string
      readonly end_time?: string
    }[]
    readonly department_path?: readonly {
      readonly department_id?: string
      readonly department_name?: ContactDepartmentName
      readonly department_path?: {
        readonly department_ids?: readonly string[]
        readonly department_path_name?: ContactDepartmentName
      }
    }[]
    readonly dotted_line_leader_user_ids?: readonly string[]
  }[]
  readonly user_groups?: readonly {
    readonly user_group_id: string
    readonly name: string
    readonly type: number
    readonly member_count?: number
    readonly status?: number
  }[]
}

/** Occurs in 3 places, first in `contact.scope.updated_v3`. */
export interface ContactAvatar {
  readonly avatar_72?: string
  readonly avatar_240?: string
  readonly avatar_640?: string
  readonly avatar_origin?: string
}

/** Occurs in 3 places, first in `contact.scope.updated_v3`. */
export interface ContactCustomAttrs {
  readonly type?: string
  readonly id?: string
  readonly value?: {
    readonly text?: string
    readonly url?: string
    readonly pc_url?: string
    readonly option_id?: string
    readonly option_value?: string
    readonly name?: string
    readonly picture_url?: string
    readonly generic_user?: {
      readonly id: string
      readonly type: number
    }
  }
}

/** Occurs in 2 places, first in `contact.custom_attr_event.updated_v3`. */
export interface ContactCustomObject {
  readonly contact_field_key?: readonly string[]
  readonly allow_open_query?: boolean
}

/** Occurs in 2 places, first in `contact.scope.updated_v3`. */
export interface ContactDepartmentName {
  readonly name?: string
  readonly i18n_name?: ContactI18nName
}

/** Occurs in 4 places, first in `contact.department.created_v3`. */
export interface ContactDepartmentObject {
  readonly name: string
  readonly parent_department_id: string
  readonly department_id?: string
  readonly open_department_id?: string
  readonly leader_user_id?: string
  readonly chat_id?: string
  readonly order?: number
  readonly unit_ids?: readonly string[]
  readonly status?: {
    readonly is_deleted?: boolean
  }
  readonly leaders?: readonly ContactLeaders[]
  readonly department_hrbps?: readonly UserId[]
}

/** Occurs in 3 places, first in `contact.scope.updated_v3`. */
export interface ContactI18nName {
  readonly zh_cn?: string
  readonly ja_jp?: string
  readonly en_us?: string
}

/** Occurs in 2 places, first in `contact.department.created_v3`. */
export interface ContactLeaders {
  readonly leaderType: number
  readonly leaderID: string
}

/** Occurs in 8 places, first in `contact.employee_type_enum.actived_v3`. */
export interface ContactOldEnum {
  readonly enum_id?: string
  readonly enum_value?: string
  readonly content: string
  readonly enum_type: number
  readonly enum_status: number
  readonly i18n_content?: readonly {
    readonly locale?: string
    readonly value?: string
  }[]
}

/** Occurs in 2 places, first in `contact.user.created_v3`. */
export interface ContactOrders {
  readonly department_id?: string
  readonly user_order?: number
  readonly department_order?: number
  readonly is_primary_dept?: boolean
}

/** Occurs in 3 places, first in `contact.scope.updated_v3`. */
export interface ContactPositions {
  readonly position_code?: string
  readonly position_name?: string
  readonly department_id?: string
  readonly leader_user_id?: string
  readonly leader_position_code?: string
  readonly is_major?: boolean
}

/** Occurs in 3 places, first in `contact.scope.updated_v3`. */
export interface ContactStatus {
  readonly is_frozen?: boolean
  readonly is_resigned?: boolean
  readonly is_activated?: boolean
  readonly is_exited?: boolean
  readonly is_unjoin?: boolean
}

/** Occurs in 3 places, first in `contact.user.created_v3`. */
export interface ContactUserObject {
  readonly open_id?: string
  readonly union_id?: string
  readonly user_id?: string
  readonly name: string
  readonly en_name?: string
  readonly nickname?: string
  readonly email?: string
  readonly enterprise_email?: string
  readonly job_title?: string
  readonly mobile?: string
  readonly mobile_visible?: boolean
  readonly gender?: number
  readonly avatar?: ContactAvatar
  readonly status?: ContactStatus
  readonly department_ids?: readonly string[]
  readonly leader_user_id?: string
  readonly city?: string
  readonly country?: string
  readonly work_station?: string
  readonly join_time?: number
  readonly is_tenant_manager?: boolean
  readonly employee_no?: string
  readonly employee_type?: number
  readonly positions?: readonly ContactPositions[]
  readonly orders?: readonly ContactOrders[]
  readonly time_zone?: string
  readonly custom_attrs?: readonly ContactCustomAttrs[]
  readonly job_level_id?: string
  readonly job_family_id?: string
  readonly dotted_line_leader_user_ids?: readonly string[]
}

/** Occurs in 3 places, first in `corehr.pre_hire.onboarding_task_changed_v2`. */
export interface CorehrName {
  readonly zh_cn?: string
  readonly en_us?: string
}

/** Occurs in 2 places, first in `corehr.company.updated_v2`. */
export interface CorehrSubEvents {
  readonly id?: string
  readonly entity?: string
  readonly agg_entity?: string
  readonly agg_entity_id?: string
  readonly agg_entity_field?: string
  readonly opt_type?: number
  readonly field_changes?: readonly string[]
}

/** Occurs in 2 places, first in `drive.file.bitable_field_changed_v1`. */
export interface DriveFileBitableFieldBeforeValue {
  readonly id: string
  readonly name: string
  readonly type: number
  readonly description: string
  readonly property: {
    readonly formatter?: string
    readonly date_formatter?: string
    readonly auto_fill?: boolean
    readonly multiple?: boolean
    readonly table_id?: string
    readonly table_name?: string
    readonly back_field_name?: string
    readonly input_type?: string
    readonly back_field_id?: string
    readonly auto_serial?: {
      readonly type: string
      readonly options?: readonly {
        readonly type: string
        readonly value: string
      }[]
    }
    readonly options?: readonly {
      readonly name?: string
      readonly id?: string
      readonly color?: number
    }[]
    readonly formula_expression?: string
  }
}

/** Occurs in 2 places, first in `drive.file.bitable_record_changed_v1`. */
export interface DriveFileBitableRecordBeforeValue {
  readonly field_id: string
  readonly field_value: string
  readonly field_identity_value?: {
    readonly users?: readonly {
      readonly user_id: UserId
      readonly name: string
      readonly en_name: string
      readonly avatar_url: string
    }[]
  }
}

/** Occurs in 3 places, first in `elearning.course_registration.created_v2`. */
export interface ElearningLearner {
  readonly user_id?: UserId
  readonly email?: string
  readonly phone?: string
}

/** Occurs in 3 places, first in `helpdesk.ticket.created_v1`. */
export interface HelpdeskCustomizedFields {
  readonly id?: string
  readonly value?: string
  readonly key_name?: string
  readonly display_name?: string
  readonly position?: number
  readonly required?: boolean
  readonly editable?: boolean
}

/** Occurs in 8 places, first in `helpdesk.ticket_message.created_v1`. */
export interface HelpdeskDissatisfactionReason {
  readonly zh_cn?: string
  readonly en_us?: string
  readonly ja_jp?: string
}

/** Occurs in 2 places, first in `helpdesk.ticket.created_v1`. */
export interface HelpdeskGuest {
  readonly id?: UserId
  readonly name?: string
}

/** Occurs in 2 places, first in `hire.referral_account.assets_update_v1`. */
export interface HireCash {
  readonly currency_type: string
  readonly amount: number
}

/** Occurs in 2 places, first in `hire.eco_background_check.created_v1`. */
export interface HireClientContactInfo {
  readonly name?: string
  readonly mobile?: HireMobile
  readonly email?: string
}

/** Occurs in 2 places, first in `hire.referral_account.assets_update_v1`. */
export interface HireConfirmedBonus {
  readonly bonus_type?: number
  readonly point_bonus?: number
  readonly cash?: HireCash
  readonly cash_bonus?: readonly HireCash[]
}

/** Occurs in 2 places, first in `hire.eco_account.created_v1`. */
export interface HireCustomFieldList {
  readonly key?: string
  readonly value?: string
}

/** Occurs in 2 places, first in `hire.ehr_import_task.imported_v1`. */
export interface HireEhrDepartment {
  readonly department_id?: string
  readonly open_department_id?: string
}

/** Occurs in 2 places, first in `hire.eco_background_check.created_v1`. */
export interface HireMobile {
  readonly code?: string
  readonly number?: string
}

/** Occurs in 2 places, first in `im.chat.updated_v1`. */
export interface ImAddedMemberList {
  readonly tenant_key?: string
  readonly user_id?: UserId
}

/** Occurs in 2 places, first in `im.chat.updated_v1`. */
export interface ImAfterChange {
  readonly avatar?: string
  readonly name?: string
  readonly description?: string
  readonly i18n_names?: HelpdeskDissatisfactionReason
  readonly add_member_permission?: string
  readonly share_card_permission?: string
  readonly at_all_permission?: string
  readonly edit_permission?: string
  readonly membership_approval?: string
  readonly join_message_visibility?: string
  readonly leave_message_visibility?: string
  readonly moderation_permission?: string
  readonly owner_id?: UserId
  readonly labels?: readonly string[]
  readonly restricted_mode_setting?: {
    readonly status?: boolean
    readonly screenshot_has_permission_setting?: 'all_members' | 'not_anyone'
    readonly download_has_permission_setting?: 'all_members' | 'not_anyone'
    readonly message_has_permission_setting?: 'all_members' | 'not_anyone'
  }
  readonly group_message_type?: string
}

/** Occurs in 3 places, first in `im.chat.member.user.added_v1`. */
export interface ImUsers {
  readonly name?: string
  readonly tenant_key?: string
  readonly user_id?: UserId
}

/** Occurs in 2 places, first in `security_and_compliance.device_record.device_change_event_v2`. */
export interface SecurityBefore {
  readonly device_record_id: string
  readonly version: string
  readonly current_user_id?: UserId
  readonly device_name?: string
  readonly model?: string
  readonly device_system: number
  readonly serial_number?: string
  readonly disk_serial_number?: string
  readonly uuid?: string
  readonly mac_address?: string
  readonly android_id?: string
  readonly idfv?: string
  readonly aaid?: string
  readonly device_ownership: number
  readonly device_status: number
  readonly certification_level: number
  readonly device_terminal_type: number
  readonly is_managed?: boolean
  readonly mdm_device_id?: string
  readonly mdm_provider_name?: string
  readonly device_env_detect_status?: number
  readonly is_public?: boolean
}

/** Occurs in 2 places, first in `user_status_change`. */
export interface UserBeforeStatus {
  readonly is_active: boolean
  readonly is_frozen: boolean
  readonly is_resigned: boolean
}

/** Ids of a user. `user_id` comes only with the scope contact:user.employee_id:readonly (open.feishu.cn docs: event pages). */
export interface UserId {
  readonly union_id?: string
  readonly user_id?: string
  readonly open_id?: string
}

/** Occurs in 10 places, first in `vc.bot.meeting_activity_v1`. */
export interface VcBotHostUser {
  readonly id?: string
  readonly user_type?: number
  readonly user_role?: number
  readonly user_name?: string
}

/** Occurs in 4 places, first in `vc.bot.meeting_activity_v1`. */
export interface VcBotMeeting {
  readonly id?: string
  readonly topic?: string
  readonly meeting_no?: string
  readonly start_time?: string
  readonly end_time?: string
  readonly host_user?: VcBotHostUser
}

/** Occurs in 7 places, first in `vc.meeting.all_meeting_ended_v1`. */
export interface VcMeetingAllMeeting {
  readonly id?: string
  readonly topic?: string
  readonly meeting_no?: string
  readonly meeting_source?: number
  readonly start_time?: string
  readonly end_time?: string
  readonly host_user?: VcMeetingHostUser
  readonly owner?: VcMeetingHostUser
  readonly calendar_event_id?: string
  readonly meeting_sub_type?: number
  readonly security_setting?: VcSecuritySetting
  readonly webinar_setting?: {
    readonly webinar_type?: number
  }
}

/** Occurs in 18 places, first in `vc.meeting.all_meeting_ended_v1`. */
export interface VcMeetingHostUser {
  readonly id?: UserId
  readonly user_role?: number
  readonly user_type?: number
}

/** Occurs in 6 places, first in `vc.meeting.join_meeting_v1`. */
export interface VcMeetingJoinMeeting {
  readonly id?: string
  readonly topic?: string
  readonly meeting_no?: string
  readonly meeting_source?: number
  readonly start_time?: string
  readonly end_time?: string
  readonly host_user?: VcMeetingHostUser
  readonly owner?: VcMeetingHostUser
  readonly meeting_sub_type?: number
  readonly security_setting?: VcSecuritySetting
  readonly webinar_setting?: {
    readonly webinar_type?: number
  }
}

/** Occurs in 2 places, first in `vc.room.created_v1`. */
export interface VcRoom {
  readonly room_id?: string
  readonly name?: string
  readonly capacity?: number
  readonly description?: string
  readonly display_id?: string
  readonly custom_room_id?: string
  readonly room_level_id?: string
  readonly path?: readonly string[]
  readonly room_status?: {
    readonly status: boolean
    readonly schedule_status?: boolean
    readonly disable_start_time?: string
    readonly disable_end_time?: string
    readonly disable_reason?: string
    readonly contact_ids?: readonly UserId[]
    readonly disable_notice?: boolean
    readonly resume_notice?: boolean
  }
  readonly device?: readonly {
    readonly name: string
  }[]
}

/** Occurs in 2 places, first in `vc.room_level.created_v1`. */
export interface VcRoomLevel {
  readonly room_level_id?: string
  readonly name?: string
  readonly parent_id?: string
  readonly path?: readonly string[]
  readonly has_child?: boolean
  readonly custom_group_id?: string
}

/** Occurs in 4 places, first in `vc.meeting.all_meeting_ended_v1`. */
export interface VcSecuritySetting {
  readonly security_level?: number
  readonly group_ids?: readonly string[]
  readonly user_ids?: readonly UserId[]
  readonly room_ids?: readonly string[]
  readonly has_set_security_contacts_and_group?: boolean
}

/** Occurs in 2 places, first in `vc.bot.meeting_activity_v1`. */
export interface VcShareDoc {
  readonly url?: string
  readonly title?: string
}

/** Occurs in 2 places, first in `vc.bot.meeting_activity_v1`. */
export interface VcTranscriptReceivedItems {
  readonly speaker?: VcBotHostUser
  readonly text?: string
  readonly language?: string
  readonly start_time_ms?: string
  readonly end_time_ms?: string
  readonly sentence_id?: string
}

/** Body of `acs.access_record.created_v1`. */
export interface AcsAccessRecordCreatedV1 {
  readonly access_record_id?: string
  readonly user_id?: UserId
  readonly device_id?: string
  readonly is_clock_in?: boolean
  readonly is_door_open?: boolean
  readonly access_time?: string
}

/** Body of `acs.user.updated_v1`. */
export interface AcsUserUpdatedV1 {
  readonly user_id?: UserId
  readonly card?: number
  readonly face_uploaded?: boolean
}

/** Body of `add_bot`. */
export interface AddBot {
  readonly type: string
  readonly app_id: string
  readonly chat_i18n_names: AddChatI18nNames
  readonly chat_name: string
  readonly chat_owner_employee_id: string
  readonly chat_owner_name: string
  readonly chat_owner_open_id: string
  readonly open_chat_id: string
  readonly operator_employee_id: string
  readonly operator_name: string
  readonly operator_open_id: string
  readonly owner_is_bot: boolean
  readonly tenant_key: string
}

/** Body of `add_user_to_chat`. */
export interface AddUserToChat {
  readonly app_id: string
  readonly chat_id: string
  readonly operator: AddOperator
  readonly tenant_key: string
  readonly type: string
  readonly users: readonly AddUsers[]
}

/** Body of `apaas.workspace.record_change_v1`. `before` and `after` are JSON texts; an INSERT has no `before`, a DELETE no `after`. */
export interface ApaasWorkspaceRecordChangeV1 {
  readonly workspace: string
  readonly app: string
  readonly table: string
  readonly type: 'INSERT' | 'UPDATE' | 'DELETE'
  readonly operator: string
  readonly before: string | null
  readonly after: string | null
}

/** Body of `app_open`. */
export interface AppOpen {
  readonly type: string
  readonly app_id: string
  readonly tenant_key: string
  readonly applicants: readonly {
    readonly open_id: string
  }[]
  readonly installer: {
    readonly open_id: string
  }
  readonly installer_employee: {
    readonly open_id: string
  }
}

/** Body of `app_status_change`. */
export interface AppStatusChange {
  readonly type: string
  readonly app_id: string
  readonly tenant_key: string
  readonly status: string
  readonly operator: {
    readonly open_id: string
    readonly user_id: string
    readonly union_id: string
  }
}

/** Body of `app_ticket`. */
export interface AppTicket {
  readonly type: string
  readonly app_id: string
  readonly app_ticket: string
}

/** Body of `app_uninstalled`. */
export interface AppUninstalled {
  readonly type: string
  readonly app_id: string
  readonly tenant_key: string
}

/** Body of `application.application.app_version.audit_v6`. */
export interface ApplicationApplicationAppVersionAuditV6 {
  readonly operator_id?: UserId
  readonly version_id?: string
  readonly creator_id?: UserId
  readonly operation?: 'audited' | 'reject'
  readonly remark?: string
  readonly audit_source?: 'administrator' | 'auto'
  readonly app_id?: string
}

/** Body of `application.application.app_version.publish_apply_v6`. */
export interface ApplicationApplicationAppVersionPublishApplyV6 {
  readonly operator_id?: UserId
  readonly online_version?: ApplicationOnlineVersion
  readonly under_audit_version?: ApplicationOnlineVersion
  readonly app_status?: number
}

/** Body of `application.application.app_version.publish_revoke_v6`. */
export interface ApplicationApplicationAppVersionPublishRevokeV6 {
  readonly operator_id?: UserId
  readonly creator_id?: UserId
  readonly version_id?: string
  readonly app_id?: string
}

/** Body of `application.application.created_v6`. */
export interface ApplicationApplicationCreatedV6 {
  readonly operator_id?: UserId
  readonly name?: string
  readonly description?: string
  readonly avatar?: string
  readonly app_scene_type?: number
  readonly primary_language?: string
  readonly create_source?: 'developer_console' | 'base' | 'app_engine' | 'bot_builder' | 'aily' | 'unknown'
  readonly app_id?: string
}

/** Body of `application.application.feedback.created_v6`. */
export interface ApplicationApplicationFeedbackCreatedV6 {
  readonly user_id?: UserId
  readonly feedback_time?: string
  readonly tenant_name?: string
  readonly feedback_type?: number
  readonly fault_type?: readonly number[]
  readonly fault_time?: string
  readonly source?: number
  readonly contact?: string
  readonly description?: string
  readonly images?: readonly string[]
  readonly feedback_id?: string
  readonly feedback_path?: string
  readonly app_id?: string
}

/** Body of `application.application.feedback.updated_v6`. */
export interface ApplicationApplicationFeedbackUpdatedV6 {
  readonly feedback_ids?: readonly string[]
  readonly status?: number
  readonly update_time?: string
  readonly operator_id?: UserId
  readonly app_id?: string
}

/** Body of `application.application.visibility.added_v6`. */
export interface ApplicationApplicationVisibilityAddedV6 {
  readonly users?: readonly {
    readonly user_id?: UserId
  }[]
  readonly source?: number
}

/** Body of `application.bot.menu_v6`. `timestamp` is in seconds. */
export interface ApplicationBotMenuV6 {
  readonly operator?: {
    readonly operator_name?: string
    readonly operator_id?: UserId
  }
  readonly event_key: string
  readonly timestamp?: number
}

/** Body of `approval.approval.updated_v4`. */
export interface ApprovalApprovalUpdatedV4 {
  readonly object?: {
    readonly approval_id?: string
    readonly approval_code?: string
    readonly version_id?: string
    readonly widget_group_type?: number
    readonly form_definition_id?: string
    readonly process_obj?: string
    readonly timestamp?: string
    readonly extra?: string
  }
}

/** Body of `approval.instance.status_changed_v4`. */
export interface ApprovalInstanceStatusChangedV4 {
  readonly approval_code?: string
  readonly instance_code?: string
  readonly external_id?: string
  readonly status?: string
  readonly operate_time?: string
  readonly start_user?: UserId
}

/** Body of `approval.task.status_changed_v4`. */
export interface ApprovalTaskStatusChangedV4 {
  readonly approval_code?: string
  readonly instance_code?: string
  readonly task_id?: string
  readonly task_external_id?: string
  readonly assigned_user?: UserId
  readonly status?: string
  readonly operate_time?: string
}

/** Body of `auth.user_access_token.revoked_v4`. */
export interface AuthUserAccessTokenRevokedV4 {
  readonly revoke_token_type: string
  readonly revoke_reason: string
  readonly open_id: string
  readonly union_id: string
  readonly user_id?: string
}

/** Body of `calendar.calendar.acl.created_v4`. */
export interface CalendarCalendarAclCreatedV4 {
  readonly acl_id: string
  readonly role: 'unknown' | 'free_busy_reader' | 'reader' | 'writer' | 'owner'
  readonly scope: CalendarScope
  readonly user_id_list?: readonly UserId[]
}

/** Body of `calendar.calendar.acl.deleted_v4`. */
export interface CalendarCalendarAclDeletedV4 {
  readonly acl_id: string
  readonly role: 'unknown' | 'free_busy_reader' | 'reader' | 'writer' | 'owner'
  readonly scope: CalendarScope
  readonly user_id_list?: readonly UserId[]
}

/** Body of `calendar.calendar.changed_v4`. */
export interface CalendarCalendarChangedV4 {
  readonly user_id_list?: readonly UserId[]
}

/** Body of `calendar.calendar.event.changed_v4`. */
export interface CalendarCalendarEventChangedV4 {
  readonly calendar_id?: string
  readonly user_id_list?: readonly UserId[]
  readonly calendar_event_id?: string
  readonly change_type?: string
  readonly rsvp_infos?: readonly {
    readonly from_user_id?: UserId
    readonly rsvp_status?: string
  }[]
}

/** Body of `chat_disband`. */
export interface ChatDisband {
  readonly app_id: string
  readonly chat_id: string
  readonly operator: AddOperator
  readonly tenant_key: string
  readonly type: string
}

/** Body of `compensation.archive.changed_v1`. */
export interface CompensationArchiveChangedV1 {
  readonly operate_type: 'add' | 'modify' | 'delete'
  readonly employment_id: string
  readonly effective_date: string
  readonly before_tid?: string
  readonly after_tid?: string
}

/** Body of `contact.custom_attr_event.updated_v3`. */
export interface ContactCustomAttrEventUpdatedV3 {
  readonly object?: ContactCustomObject
  readonly old_object?: ContactCustomObject
}

/** Body of `contact.department.created_v3`. */
export interface ContactDepartmentCreatedV3 {
  readonly object?: ContactDepartmentObject
}

/** Body of `contact.department.deleted_v3`. */
export interface ContactDepartmentDeletedV3 {
  readonly object?: ContactDepartmentObject
  readonly old_object?: {
    readonly status?: {
      readonly is_deleted?: boolean
    }
    readonly open_department_id?: string
  }
}

/** Body of `contact.department.updated_v3`. */
export interface ContactDepartmentUpdatedV3 {
  readonly object?: ContactDepartmentObject
  readonly old_object?: ContactDepartmentObject
}

/** Body of `contact.employee_type_enum.actived_v3`. */
export interface ContactEmployeeTypeEnumActivedV3 {
  readonly old_enum?: ContactOldEnum
  readonly new_enum?: ContactOldEnum
}

/** Body of `contact.employee_type_enum.created_v3`. */
export interface ContactEmployeeTypeEnumCreatedV3 {
  readonly new_enum?: ContactOldEnum
}

/** Body of `contact.employee_type_enum.deactivated_v3`. */
export interface ContactEmployeeTypeEnumDeactivatedV3 {
  readonly old_enum?: ContactOldEnum
  readonly new_enum?: ContactOldEnum
}

/** Body of `contact.employee_type_enum.deleted_v3`. */
export interface ContactEmployeeTypeEnumDeletedV3 {
  readonly old_enum?: ContactOldEnum
}

/** Body of `contact.employee_type_enum.updated_v3`. */
export interface ContactEmployeeTypeEnumUpdatedV3 {
  readonly old_enum?: ContactOldEnum
  readonly new_enum?: ContactOldEnum
}

/** Body of `contact.scope.updated_v3`. */
export interface ContactScopeUpdatedV3 {
  readonly added?: ContactAdded
  readonly removed?: ContactAdded
}

/** Body of `contact.user.created_v3`. */
export interface ContactUserCreatedV3 {
  readonly object: ContactUserObject
}

/** Body of `contact.user.deleted_v3`. */
export interface ContactUserDeletedV3 {
  readonly object: ContactUserObject
  readonly old_object?: {
    readonly department_ids?: readonly string[]
    readonly open_id?: string
  }
}

/** Body of `contact.user.updated_v3`. `old_object` holds the changed fields only. */
export interface ContactUserUpdatedV3 {
  readonly object: ContactUserObject
  readonly old_object?: {
    readonly open_id?: string
    readonly union_id?: string
    readonly user_id?: string
    readonly name?: string
    readonly en_name?: string
    readonly nickname?: string
    readonly email?: string
    readonly enterprise_email?: string
    readonly job_title?: string
    readonly mobile?: string
    readonly mobile_visible?: boolean
    readonly gender?: number
    readonly avatar?: ContactAvatar
    readonly status?: ContactStatus
    readonly department_ids?: readonly string[]
    readonly leader_user_id?: string
    readonly city?: string
    readonly country?: string
    readonly work_station?: string
    readonly join_time?: number
    readonly is_tenant_manager?: boolean
    readonly employee_no?: string
    readonly employee_type?: number
    readonly positions?: readonly ContactPositions[]
    readonly orders?: readonly ContactOrders[]
    readonly time_zone?: string
    readonly custom_attrs?: readonly ContactCustomAttrs[]
    readonly job_level_id?: string
    readonly job_family_id?: string
    readonly dotted_line_leader_user_ids?: readonly string[]
  }
}

/** Body of `contact_scope_change`. */
export interface ContactScopeChange {
  readonly type: string
  readonly app_id: string
  readonly tenant_key: string
}

/** Body of `corehr.approval_groups.updated_v2`. */
export interface CorehrApprovalGroupsUpdatedV2 {
  readonly approval_group_id?: string
  readonly process_id?: string
  readonly approval_group_status?: number
  readonly topic?: string
  readonly adjust_reason?: string
  readonly effective_date?: string
  readonly created_by?: string
  readonly draft_id?: string
  readonly draft_status?: number
  readonly approval_group_status_v2?: number
}

/** Body of `corehr.common_data.id.user_mapping_changed_v1`. */
export interface CorehrCommonDataIdUserMappingChangedV1 {
  readonly change_type?: string
  readonly id_transform_type?: number
  readonly corehr_id?: string
  readonly people_admin_id?: string
  readonly feishu_id?: UserId
}

/** Body of `corehr.common_data.meta_data.updated_v1`. */
export interface CorehrCommonDataMetaDataUpdatedV1 {
  readonly api_name?: string
  readonly field_changes?: readonly string[]
  readonly metadata_type?: string
  readonly enum_value_changes?: readonly string[]
}

/** Body of `corehr.company.created_v2`. */
export interface CorehrCompanyCreatedV2 {
  readonly company_id?: string
}

/** Body of `corehr.company.deleted_v2`. */
export interface CorehrCompanyDeletedV2 {
  readonly company_id?: string
}

/** Body of `corehr.company.updated_v2`. */
export interface CorehrCompanyUpdatedV2 {
  readonly company_id?: string
  readonly field_changes?: readonly string[]
  readonly sub_events?: readonly CorehrSubEvents[]
}

/** Body of `corehr.contract.created_v1`. */
export interface CorehrContractCreatedV1 {
  readonly contract_id?: string
}

/** Body of `corehr.contract.deleted_v1`. */
export interface CorehrContractDeletedV1 {
  readonly contract_id?: string
}

/** Body of `corehr.contract.updated_v1`. */
export interface CorehrContractUpdatedV1 {
  readonly contract_id?: string
}

/** Body of `corehr.cost_center.created_v2`. */
export interface CorehrCostCenterCreatedV2 {
  readonly cost_center_id?: string
}

/** Body of `corehr.cost_center.deleted_v2`. */
export interface CorehrCostCenterDeletedV2 {
  readonly cost_center_id?: string
}

/** Body of `corehr.cost_center.updated_v2`. */
export interface CorehrCostCenterUpdatedV2 {
  readonly cost_center_id?: string
  readonly field_changes?: readonly string[]
}

/** Body of `corehr.custom_org.created_v2`. */
export interface CorehrCustomOrgCreatedV2 {
  readonly org_id?: string
  readonly object_api_name?: string
}

/** Body of `corehr.custom_org.deleted_v2`. */
export interface CorehrCustomOrgDeletedV2 {
  readonly org_id?: string
  readonly object_api_name?: string
}

/** Body of `corehr.custom_org.updated_v2`. */
export interface CorehrCustomOrgUpdatedV2 {
  readonly org_id?: string
  readonly field_changes?: readonly string[]
  readonly object_api_name?: string
}

/** Body of `corehr.department.created_v1`. */
export interface CorehrDepartmentCreatedV1 {
  readonly department_id?: string
}

/** Body of `corehr.department.created_v2`. */
export interface CorehrDepartmentCreatedV2 {
  readonly department_id?: string
}

/** Body of `corehr.department.deleted_v1`. */
export interface CorehrDepartmentDeletedV1 {
  readonly department_id?: string
  readonly code?: string
}

/** Body of `corehr.department.updated_v1`. */
export interface CorehrDepartmentUpdatedV1 {
  readonly department_id?: string
  readonly field_changes?: readonly string[]
}

/** Body of `corehr.department.updated_v2`. */
export interface CorehrDepartmentUpdatedV2 {
  readonly department_id?: string
  readonly field_changes?: readonly string[]
}

/** Body of `corehr.employee.domain_event_v2`. */
export interface CorehrEmployeeDomainEventV2 {
  readonly sub_event_type?: number
  readonly operator_user_id?: string
  readonly opt_scene?: string
  readonly opt_desc?: string
  readonly opt_time?: string
  readonly opt_id?: string
  readonly employment_id?: string
  readonly data?: readonly {
    readonly id?: string
    readonly entity?: string
    readonly agg_entity?: string
    readonly agg_entity_id?: string
    readonly opt_type?: number
    readonly fields?: readonly string[]
  }[]
}

/** Body of `corehr.employment.converted_v1`. */
export interface CorehrEmploymentConvertedV1 {
  readonly employment_id?: string
}

/** Body of `corehr.employment.created_v1`. */
export interface CorehrEmploymentCreatedV1 {
  readonly employment_id?: string
  readonly target_user_id?: UserId
}

/** Body of `corehr.employment.deleted_v1`. */
export interface CorehrEmploymentDeletedV1 {
  readonly employment_id?: string
  readonly target_user_id?: UserId
}

/** Body of `corehr.employment.resigned_v1`. */
export interface CorehrEmploymentResignedV1 {
  readonly employment_id?: string
}

/** Body of `corehr.employment.updated_v1`. */
export interface CorehrEmploymentUpdatedV1 {
  readonly employment_id?: string
  readonly target_user_id?: UserId
  readonly field_changes?: readonly string[]
}

/** Body of `corehr.job.created_v1`. */
export interface CorehrJobCreatedV1 {
  readonly job_id?: string
}

/** Body of `corehr.job.deleted_v1`. */
export interface CorehrJobDeletedV1 {
  readonly job_id?: string
}

/** Body of `corehr.job.updated_v1`. */
export interface CorehrJobUpdatedV1 {
  readonly job_id?: string
}

/** Body of `corehr.job_change.status_updated_v2`. */
export interface CorehrJobChangeStatusUpdatedV2 {
  readonly employment_id?: string
  readonly target_user_id?: UserId
  readonly job_change_id?: string
  readonly transfer_mode?: number
  readonly transfer_type_unique_identifier?: string
  readonly transfer_reason_unique_identifier?: string
  readonly process_id?: string
  readonly effective_date?: string
  readonly status?: number
  readonly original_status?: number
  readonly transfer_key?: string
  readonly details_of_job_status_change?: readonly string[]
}

/** Body of `corehr.job_change.updated_v1`. */
export interface CorehrJobChangeUpdatedV1 {
  readonly employment_id?: string
  readonly target_user_id?: UserId
  readonly job_change_id?: string
  readonly transfer_mode?: number
  readonly transfer_type_unique_identifier?: string
  readonly transfer_reason_unique_identifier?: string
  readonly process_id?: string
  readonly effective_date?: string
  readonly status?: number
  readonly transfer_key?: string
}

/** Body of `corehr.job_change.updated_v2`. */
export interface CorehrJobChangeUpdatedV2 {
  readonly employment_id?: string
  readonly tenant_id?: string
  readonly process_id?: string
  readonly initiator?: string
  readonly operator?: string
  readonly updated_time?: string
  readonly job_change_id?: string
  readonly status?: number
  readonly operate_reason?: string
  readonly transfer_type?: number
  readonly updated_fields?: readonly string[]
  readonly transform_type?: string
  readonly transform_reason?: string
}

/** Body of `corehr.job_data.changed_v1`. */
export interface CorehrJobDataChangedV1 {
  readonly job_data_id?: string
  readonly employment_id?: string
  readonly target_user_id?: UserId
  readonly job_change_id?: string
}

/** Body of `corehr.job_data.created_v1`. */
export interface CorehrJobDataCreatedV1 {
  readonly job_data_id?: string
}

/** Body of `corehr.job_data.deleted_v1`. */
export interface CorehrJobDataDeletedV1 {
  readonly job_data_id?: string
}

/** Body of `corehr.job_data.employed_v1`. */
export interface CorehrJobDataEmployedV1 {
  readonly job_data_id?: string
  readonly employment_id?: string
  readonly target_user_id?: UserId
}

/** Body of `corehr.job_data.updated_v1`. */
export interface CorehrJobDataUpdatedV1 {
  readonly job_data_id?: string
}

/** Body of `corehr.job_family.created_v2`. */
export interface CorehrJobFamilyCreatedV2 {
  readonly job_family_id?: string
}

/** Body of `corehr.job_family.deleted_v2`. */
export interface CorehrJobFamilyDeletedV2 {
  readonly job_family_id?: string
}

/** Body of `corehr.job_family.updated_v2`. */
export interface CorehrJobFamilyUpdatedV2 {
  readonly job_family_id?: string
  readonly field_changes?: readonly string[]
}

/** Body of `corehr.job_grade.created_v2`. */
export interface CorehrJobGradeCreatedV2 {
  readonly job_grade_id?: string
}

/** Body of `corehr.job_grade.deleted_v2`. */
export interface CorehrJobGradeDeletedV2 {
  readonly job_grade_id?: string
}

/** Body of `corehr.job_grade.updated_v2`. */
export interface CorehrJobGradeUpdatedV2 {
  readonly job_grade_id?: string
  readonly field_changes?: readonly string[]
}

/** Body of `corehr.job_level.created_v2`. */
export interface CorehrJobLevelCreatedV2 {
  readonly job_level_id?: string
}

/** Body of `corehr.job_level.deleted_v2`. */
export interface CorehrJobLevelDeletedV2 {
  readonly job_level_id?: string
}

/** Body of `corehr.job_level.updated_v2`. */
export interface CorehrJobLevelUpdatedV2 {
  readonly job_level_id?: string
  readonly field_changes?: readonly string[]
}

/** Body of `corehr.location.created_v2`. */
export interface CorehrLocationCreatedV2 {
  readonly location_id?: string
}

/** Body of `corehr.location.deleted_v2`. */
export interface CorehrLocationDeletedV2 {
  readonly location_id?: string
}

/** Body of `corehr.location.updated_v2`. */
export interface CorehrLocationUpdatedV2 {
  readonly location_id?: string
  readonly field_changes?: readonly string[]
  readonly sub_events?: readonly CorehrSubEvents[]
}

/** Body of `corehr.offboarding.checklist_updated_v2`. */
export interface CorehrOffboardingChecklistUpdatedV2 {
  readonly employment_id?: string
  readonly target_user_id?: UserId
  readonly offboarding_id?: string
  readonly checklist_process_id?: string
  readonly checklist_status?: number
}

/** Body of `corehr.offboarding.status_updated_v2`. */
export interface CorehrOffboardingStatusUpdatedV2 {
  readonly employment_id?: string
  readonly target_user_id?: UserId
  readonly offboarding_id?: string
  readonly process_id?: string
  readonly status?: number
}

/** Body of `corehr.offboarding.updated_v1`. */
export interface CorehrOffboardingUpdatedV1 {
  readonly employment_id?: string
  readonly target_user_id?: UserId
  readonly offboarding_id?: string
  readonly process_id?: string
  readonly status?: number
}

/** Body of `corehr.offboarding.updated_v2`. */
export interface CorehrOffboardingUpdatedV2 {
  readonly tenant_id?: string
  readonly offboarding_info_id?: string
  readonly process_id?: string
  readonly checklist_process_id?: string
  readonly employment_id?: string
  readonly operator?: string
  readonly status?: number
  readonly checklist_status?: number
  readonly updated_time?: string
  readonly updated_fields?: readonly string[]
  readonly target_user_id?: UserId
}

/** Body of `corehr.org_role_authorization.updated_v1`. */
export interface CorehrOrgRoleAuthorizationUpdatedV1 {
  readonly role_id?: string
  readonly management_scope_list?: readonly {
    readonly management_dimension: string
    readonly obj_id: string
  }[]
  readonly employment_id_list?: readonly string[]
}

/** Body of `corehr.pathway.created_v2`. */
export interface CorehrPathwayCreatedV2 {
  readonly pathway_id?: string
}

/** Body of `corehr.pathway.deleted_v2`. */
export interface CorehrPathwayDeletedV2 {
  readonly pathway_id?: string
}

/** Body of `corehr.pathway.updated_v2`. */
export interface CorehrPathwayUpdatedV2 {
  readonly pathway_id?: string
  readonly field_changes?: readonly string[]
}

/** Body of `corehr.person.created_v1`. */
export interface CorehrPersonCreatedV1 {
  readonly person_id?: string
}

/** Body of `corehr.person.deleted_v1`. */
export interface CorehrPersonDeletedV1 {
  readonly person_id?: string
}

/** Body of `corehr.person.updated_v1`. */
export interface CorehrPersonUpdatedV1 {
  readonly person_id?: string
  readonly field_changes?: readonly string[]
}

/** Body of `corehr.position.created_v2`. */
export interface CorehrPositionCreatedV2 {
  readonly position_id?: string
}

/** Body of `corehr.position.deleted_v2`. */
export interface CorehrPositionDeletedV2 {
  readonly position_id?: string
}

/** Body of `corehr.position.updated_v2`. */
export interface CorehrPositionUpdatedV2 {
  readonly position_id?: string
  readonly field_changes?: readonly string[]
}

/** Body of `corehr.pre_hire.onboarding_task_changed_v2`. */
export interface CorehrPreHireOnboardingTaskChangedV2 {
  readonly tenant_id?: string
  readonly pre_hire_id?: string
  readonly onboarding_task_changes?: readonly {
    readonly after_status?: 'uninitialized' | 'not_started' | 'in_progress' | 'in_review' | 'rejected' | 'failed' | 'skipped' | 'completed' | 'terminated' | 'initiating' | 'exception' | 'manual_skipped'
    readonly task_code?: string
  }[]
  readonly onboarding_flow_change?: {
    readonly after_status?: 'not_started' | 'in_progress' | 'completed' | 'withdrawn' | 'others' | 'expired'
  }
  readonly onboarding_flow_id?: string
  readonly flow_info?: {
    readonly id?: string
    readonly name?: CorehrName
  }
}

/** Body of `corehr.pre_hire.updated_v1`. */
export interface CorehrPreHireUpdatedV1 {
  readonly pre_hire_id?: string
  readonly field_changes?: readonly string[]
}

/** Body of `corehr.probation.updated_v2`. */
export interface CorehrProbationUpdatedV2 {
  readonly employment_id?: string
  readonly probation_status?: 'pending' | 'rejected' | 'waiting' | 'approved' | 'converted' | 'offboarded'
  readonly actual_probation_end_date?: string
}

/** Body of `corehr.process.approver.updated_v2`. */
export interface CorehrProcessApproverUpdatedV2 {
  readonly process_id?: string
  readonly approver_id?: string
  readonly status?: number
  readonly biz_type?: string
  readonly flow_definition_id?: string
  readonly node_definition_id?: string
  readonly node_id?: string
  readonly node_id_str?: string
}

/** Body of `corehr.process.cc.updated_v2`. */
export interface CorehrProcessCcUpdatedV2 {
  readonly process_id?: string
  readonly approver_id?: string
  readonly status?: number
  readonly biz_type?: string
}

/** Body of `corehr.process.node.updated_v2`. */
export interface CorehrProcessNodeUpdatedV2 {
  readonly flow_definition_id?: string
  readonly node_definition_id?: string
  readonly process_id?: string
  readonly process_node_id?: string
  readonly node_type?: number
  readonly node_status?: number
  readonly biz_type?: string
}

/** Body of `corehr.process.status.update_v2`. */
export interface CorehrProcessStatusUpdateV2 {
  readonly process_id?: string
  readonly status?: number
  readonly biz_type?: string
  readonly flow_definition_id?: string
  readonly properties?: number
}

/** Body of `corehr.process.updated_v2`. */
export interface CorehrProcessUpdatedV2 {
  readonly process_id?: string
  readonly status?: number
  readonly biz_type?: string
  readonly flow_definition_id?: string
  readonly properties?: number
}

/** Body of `corehr.process_comment_info.updated_v2`. */
export interface CorehrProcessCommentInfoUpdatedV2 {
  readonly process_id?: string
  readonly comment_id?: string
}

/** Body of `corehr.signature_file.status_updated_v2`. */
export interface CorehrSignatureFileStatusUpdatedV2 {
  readonly signature_file_id?: string
  readonly before_status?: string
  readonly after_status?: string
  readonly biz_process_id?: string
}

/** Body of `dept_add`. */
export interface DeptAdd {
  readonly type: string
  readonly app_id: string
  readonly tenant_key: string
  readonly open_department_id: string
  readonly department: {
    readonly open_id: string
    readonly custom_id: string
  }
}

/** Body of `drive.file.bitable_field_changed_v1`. */
export interface DriveFileBitableFieldChangedV1 {
  readonly file_type: string
  readonly file_token: string
  readonly table_id: string
  readonly operator_id?: UserId
  readonly action_list: readonly {
    readonly action: string
    readonly field_id: string
    readonly before_value?: DriveFileBitableFieldBeforeValue
    readonly after_value?: DriveFileBitableFieldBeforeValue
  }[]
  readonly revision: number
  readonly subscriber_id_list?: readonly UserId[]
  readonly update_time: number
}

/** Body of `drive.file.bitable_record_changed_v1`. */
export interface DriveFileBitableRecordChangedV1 {
  readonly file_type: string
  readonly file_token: string
  readonly table_id: string
  readonly revision: number
  readonly operator_id?: UserId
  readonly action_list: readonly {
    readonly record_id: string
    readonly action: 'record_added' | 'record_edited' | 'record_deleted'
    readonly before_value?: readonly DriveFileBitableRecordBeforeValue[]
    readonly after_value?: readonly DriveFileBitableRecordBeforeValue[]
  }[]
  readonly subscriber_id_list?: readonly UserId[]
  readonly update_time: number
}

/** Body of `drive.file.created_in_folder_v1`. */
export interface DriveFileCreatedInFolderV1 {
  readonly file_type: string
  readonly file_token: string
  readonly folder_token: string
  readonly operator_id?: UserId
  readonly subscriber_ids?: readonly UserId[]
}

/** Body of `drive.file.deleted_v1`. */
export interface DriveFileDeletedV1 {
  readonly file_type: string
  readonly file_token: string
  readonly operator_id?: UserId
  readonly subscriber_id_list?: readonly UserId[]
}

/** Body of `drive.file.edit_v1`. */
export interface DriveFileEditV1 {
  readonly file_type: string
  readonly file_token: string
  readonly operator_id_list?: readonly UserId[]
  readonly subscriber_id_list?: readonly UserId[]
  readonly sheet_id?: string
}

/** Body of `drive.file.permission_member_added_v1`. */
export interface DriveFilePermissionMemberAddedV1 {
  readonly file_type: string
  readonly file_token: string
  readonly operator_id?: UserId
  readonly user_list?: readonly UserId[]
  readonly chat_list?: readonly string[]
  readonly open_department_id_list?: readonly string[]
  readonly subscriber_id_list?: readonly UserId[]
}

/** Body of `drive.file.permission_member_applied_v1`. */
export interface DriveFilePermissionMemberAppliedV1 {
  readonly file_type: string
  readonly file_token: string
  readonly operator_id?: UserId
  readonly approver_id?: UserId
  readonly application_user_list?: readonly UserId[]
  readonly application_chat_list?: readonly string[]
  readonly application_department_list?: readonly string[]
  readonly application_remark?: string
  readonly permission?: 'view' | 'edit' | 'full_access'
  readonly subscriber_ids?: readonly UserId[]
}

/** Body of `drive.file.permission_member_removed_v1`. */
export interface DriveFilePermissionMemberRemovedV1 {
  readonly file_type: string
  readonly file_token: string
  readonly operator_id?: UserId
  readonly user_list?: readonly UserId[]
  readonly chat_list?: readonly string[]
  readonly open_department_id_list?: readonly string[]
  readonly subscriber_id_list?: readonly UserId[]
}

/** Body of `drive.file.read_v1`. */
export interface DriveFileReadV1 {
  readonly file_type: string
  readonly file_token: string
  readonly operator_id_list?: readonly UserId[]
  readonly subscriber_id_list?: readonly UserId[]
}

/** Body of `drive.file.title_updated_v1`. */
export interface DriveFileTitleUpdatedV1 {
  readonly file_type: string
  readonly file_token: string
  readonly operator_id?: UserId
  readonly subscriber_id_list?: readonly UserId[]
}

/** Body of `drive.file.trashed_v1`. */
export interface DriveFileTrashedV1 {
  readonly file_type: string
  readonly file_token: string
  readonly operator_id?: UserId
  readonly subscriber_id_list?: readonly UserId[]
}

/** Body of `drive.notice.comment_add_v1`. */
export interface DriveNoticeCommentAddV1 {
  readonly notice_meta?: {
    readonly file_type?: 'doc' | 'docx' | 'sheet' | 'bitable' | 'slides' | 'file'
    readonly file_token?: string
    readonly from_user_id?: UserId
    readonly to_user_id?: UserId
    readonly notice_type?: 'add_comment' | 'add_reply'
  }
  readonly comment_id?: string
  readonly reply_id?: string
  readonly is_mentioned?: boolean
}

/** Body of `elearning.course_registration.created_v2`. */
export interface ElearningCourseRegistrationCreatedV2 {
  readonly course_id?: string
  readonly learner?: ElearningLearner
  readonly enroll_at?: number
  readonly enroll_type?: number
  readonly learning_duration?: number
  readonly finished_at?: number
  readonly learning_state?: number
  readonly compulsory_lesson_ids?: readonly string[]
  readonly learned_compulsory_lesson_ids?: readonly string[]
  readonly optional_lesson_ids?: readonly string[]
  readonly learned_optional_lesson_ids?: readonly string[]
}

/** Body of `elearning.course_registration.deleted_v2`. */
export interface ElearningCourseRegistrationDeletedV2 {
  readonly course_id?: string
  readonly learner?: ElearningLearner
}

/** Body of `elearning.course_registration.updated_v2`. */
export interface ElearningCourseRegistrationUpdatedV2 {
  readonly course_id?: string
  readonly learner?: ElearningLearner
  readonly enroll_at?: number
  readonly enroll_type?: number
  readonly learning_duration?: number
  readonly finished_at?: number
  readonly learning_state?: number
  readonly compulsory_lesson_ids?: readonly string[]
  readonly learned_compulsory_lesson_ids?: readonly string[]
  readonly optional_lesson_ids?: readonly string[]
  readonly learned_optional_lesson_ids?: readonly string[]
}

/** Body of `group_setting_update`. */
export interface GroupSettingUpdate {
  readonly type: string
  readonly tenant_key: string
  readonly app_id: string
  readonly chat_id: string
  readonly after_change: {
    readonly owner_open_id: string
    readonly owner_user_id: string
    readonly add_member_permission: string
    readonly message_notification: boolean
  }
  readonly before_change: unknown
  readonly operator: AddOperator
}

/** Body of `helpdesk.notification.approve_v1`. */
export interface HelpdeskNotificationApproveV1 {
  readonly notification_id?: string
  readonly helpdesk_id?: string
  readonly approve_status?: string
}

/** Body of `helpdesk.ticket.created_v1`. */
export interface HelpdeskTicketCreatedV1 {
  readonly ticket_id: string
  readonly helpdesk_id?: string
  readonly guest?: HelpdeskGuest
  readonly stage?: number
  readonly status?: number
  readonly score?: number
  readonly created_at?: number
  readonly updated_at?: number
  readonly closed_at?: number
  readonly channel?: number
  readonly solve?: number
  readonly customized_fields?: readonly HelpdeskCustomizedFields[]
  readonly chat_id?: string
}

/** Body of `helpdesk.ticket.updated_v1`. */
export interface HelpdeskTicketUpdatedV1 {
  readonly object?: {
    readonly ticket_id: string
    readonly helpdesk_id?: string
    readonly guest?: HelpdeskGuest
    readonly stage?: number
    readonly status?: number
    readonly score?: number
    readonly created_at?: number
    readonly updated_at?: number
    readonly closed_at?: number
    readonly channel?: number
    readonly solve?: number
    readonly customized_fields?: readonly HelpdeskCustomizedFields[]
    readonly chat_id?: string
  }
  readonly old_object?: {
    readonly stage?: number
    readonly status?: number
    readonly updated_at?: number
  }
}

/** Body of `helpdesk.ticket_message.created_v1`. */
export interface HelpdeskTicketMessageCreatedV1 {
  readonly ticket_message_id: string
  readonly message_id: string
  readonly msg_type: string
  readonly position: string
  readonly sender_id?: UserId
  readonly sender_type: number
  readonly text: string
  readonly ticket?: {
    readonly ticket_id: string
    readonly comments?: readonly {
      readonly content?: string
      readonly created_at?: number
      readonly id?: number
      readonly user_avatar_url?: string
      readonly user_name?: string
      readonly user_id?: number
    }[]
    readonly ticket_type?: number
    readonly status?: number
    readonly dissatisfaction_reason?: HelpdeskDissatisfactionReason
    readonly customized_fields?: readonly HelpdeskCustomizedFields[]
    readonly agent_service_duration?: number
    readonly agent_first_response_duration?: number
    readonly bot_service_duration?: number
    readonly agent_resolution_time?: number
    readonly actual_processing_time?: number
    readonly agent_entry_time?: number
    readonly agent_first_response_time?: number
    readonly agent_last_response_time?: number
    readonly agent_owner?: {
      readonly id?: string
      readonly avatar_url?: string
      readonly name?: string
      readonly email?: string
      readonly department?: string
      readonly city?: string
      readonly country?: string
    }
  }
  readonly event_id: string
  readonly chat_id?: string
  readonly content?: {
    readonly content?: string
    readonly msg_type?: string
    readonly image_keys?: readonly string[]
    readonly image_key?: string
  }
}

/** Body of `hire.application.deleted_v1`. */
export interface HireApplicationDeletedV1 {
  readonly application_ids?: readonly string[]
}

/** Body of `hire.application.stage_changed_v1`. */
export interface HireApplicationStageChangedV1 {
  readonly application_id?: string
  readonly origin_stage_id?: string
  readonly target_stage_id?: string
  readonly update_time?: number
}

/** Body of `hire.eco_account.created_v1`. */
export interface HireEcoAccountCreatedV1 {
  readonly scope?: number
  readonly account_id?: string
  readonly account_name?: string
  readonly usage_list?: readonly number[]
  readonly custom_field_list?: readonly HireCustomFieldList[]
}

/** Body of `hire.eco_background_check.canceled_v1`. */
export interface HireEcoBackgroundCheckCanceledV1 {
  readonly background_check_id?: string
  readonly termination_reason?: string
}

/** Body of `hire.eco_background_check.created_v1`. */
export interface HireEcoBackgroundCheckCreatedV1 {
  readonly background_check_id?: string
  readonly account_id?: string
  readonly package_id?: string
  readonly additional_item_id_list?: readonly string[]
  readonly comment?: string
  readonly candidate_info?: {
    readonly name?: string
    readonly mobile?: HireMobile
    readonly email?: string
    readonly first_name?: string
    readonly last_name?: string
  }
  readonly client_contact_info?: HireClientContactInfo
  readonly custom_field_list?: readonly HireCustomFieldList[]
}

/** Body of `hire.eco_exam.created_v1`. */
export interface HireEcoExamCreatedV1 {
  readonly exam_id?: string
  readonly account_id?: string
  readonly paper_id?: string
  readonly candidate_info?: HireClientContactInfo
  readonly talent_id?: string
  readonly application_id?: string
}

/** Body of `hire.ehr_import_task.imported_v1`. */
export interface HireEhrImportTaskImportedV1 {
  readonly task_id?: string
  readonly application_id?: string
  readonly ehr_department_id?: string
  readonly ehr_requirement_id?: string
  readonly operator_id?: string
  readonly operator_user_id?: UserId
  readonly ehr_department?: HireEhrDepartment
}

/** Body of `hire.ehr_import_task_for_internship_offer.imported_v1`. */
export interface HireEhrImportTaskForInternshipOfferImportedV1 {
  readonly task_id?: string
  readonly application_id?: string
  readonly offer_id?: string
  readonly pre_onboard_id?: string
  readonly ehr_department_id?: string
  readonly operator_id?: string
  readonly operator_user_id?: UserId
  readonly ehr_department?: HireEhrDepartment
}

/** Body of `hire.offer.status_changed_v1`. */
export interface HireOfferStatusChangedV1 {
  readonly offer_id?: string
  readonly offer_status?: number
}

/** Body of `hire.referral_account.assets_update_v1`. */
export interface HireReferralAccountAssetsUpdateV1 {
  readonly account_id?: string
  readonly assets?: {
    readonly confirmed_bonus?: HireConfirmedBonus
    readonly paid_bonus?: HireConfirmedBonus
  }
  readonly modify_time?: string
}

/** Body of `hire.talent.deleted_v1`. */
export interface HireTalentDeletedV1 {
  readonly talent_id?: string
}

/** Body of `hire.talent.tag_subscription_v1`. */
export interface HireTalentTagSubscriptionV1 {
  readonly talent_id?: string
  readonly application_id?: string
  readonly tag?: {
    readonly id?: string
    readonly name?: CorehrName
    readonly description?: CorehrName
    readonly type?: number
    readonly active_status?: number
  }
  readonly lock_status?: number
  readonly application_stage?: {
    readonly id?: string
    readonly zh_name?: string
    readonly en_name?: string
    readonly type?: number
  }
}

/** Body of `im.chat.access_event.bot_p2p_chat_entered_v1`. */
export interface ImChatAccessEventBotP2pChatEnteredV1 {
  readonly chat_id: string
  readonly operator_id?: UserId
  readonly last_message_id?: string
  readonly last_message_create_time?: string
}

/** Body of `im.chat.disbanded_v1`. */
export interface ImChatDisbandedV1 {
  readonly chat_id: string
  readonly operator_id?: UserId
  readonly external?: boolean
  readonly operator_tenant_key?: string
  readonly name?: string
  readonly i18n_names?: HelpdeskDissatisfactionReason
}

/** Body of `im.chat.member.bot.added_v1`. */
export interface ImChatMemberBotAddedV1 {
  readonly chat_id: string
  readonly operator_id?: UserId
  readonly external: boolean
  readonly operator_tenant_key?: string
  readonly name?: string
  readonly i18n_names?: HelpdeskDissatisfactionReason
}

/** Body of `im.chat.member.bot.deleted_v1`. */
export interface ImChatMemberBotDeletedV1 {
  readonly chat_id: string
  readonly operator_id?: UserId
  readonly external: boolean
  readonly operator_tenant_key?: string
  readonly name?: string
  readonly i18n_names?: HelpdeskDissatisfactionReason
}

/** Body of `im.chat.member.user.added_v1`. */
export interface ImChatMemberUserAddedV1 {
  readonly chat_id: string
  readonly operator_id?: UserId
  readonly external: boolean
  readonly operator_tenant_key?: string
  readonly users: readonly ImUsers[]
  readonly name?: string
  readonly i18n_names?: HelpdeskDissatisfactionReason
}

/** Body of `im.chat.member.user.deleted_v1`. */
export interface ImChatMemberUserDeletedV1 {
  readonly chat_id: string
  readonly operator_id?: UserId
  readonly external: boolean
  readonly operator_tenant_key?: string
  readonly users: readonly ImUsers[]
  readonly name?: string
  readonly i18n_names?: HelpdeskDissatisfactionReason
}

/** Body of `im.chat.member.user.withdrawn_v1`. */
export interface ImChatMemberUserWithdrawnV1 {
  readonly chat_id: string
  readonly operator_id?: UserId
  readonly external: boolean
  readonly operator_tenant_key?: string
  readonly users: readonly ImUsers[]
  readonly name?: string
  readonly i18n_names?: HelpdeskDissatisfactionReason
}

/** Body of `im.chat.updated_v1`. */
export interface ImChatUpdatedV1 {
  readonly chat_id: string
  readonly operator_id?: UserId
  readonly external?: boolean
  readonly operator_tenant_key?: string
  readonly after_change?: ImAfterChange
  readonly before_change?: ImAfterChange
  readonly moderator_list?: {
    readonly added_member_list?: readonly ImAddedMemberList[]
    readonly removed_member_list?: readonly ImAddedMemberList[]
  }
}

/** Body of `im.message.message_read_v1`. Tells of messages that the bot sent to one person. */
export interface ImMessageMessageReadV1 {
  readonly reader?: {
    readonly reader_id?: UserId
    readonly read_time: string
    readonly tenant_key?: string
  }
  readonly message_id_list: readonly string[]
}

/** Body of `im.message.reaction.created_v1`. */
export interface ImMessageReactionCreatedV1 {
  readonly message_id: string
  readonly reaction_type: {
    readonly emoji_type: string
  }
  readonly operator_type: 'user' | 'app'
  readonly user_id?: UserId
  readonly action_time: string
  readonly app_id?: string
}

/** Body of `im.message.reaction.deleted_v1`. */
export interface ImMessageReactionDeletedV1 {
  readonly message_id: string
  readonly reaction_type: {
    readonly emoji_type: string
  }
  readonly operator_type: 'user' | 'app'
  readonly user_id?: UserId
  readonly action_time: string
  readonly app_id?: string
}

/** Body of `im.message.recalled_v1`. */
export interface ImMessageRecalledV1 {
  readonly message_id: string
  readonly chat_id: string
  readonly recall_time: string
  readonly recall_type?: 'message_owner' | 'group_owner' | 'group_manager' | 'enterprise_manager'
}

/** Body of `im.message.receive_v1`. `message.content` is a JSON text whose shape goes by `message_type`; mentions stand in it as their `key`. One message may come under several event ids. */
export interface ImMessageReceiveV1 {
  readonly sender: {
    readonly sender_id?: UserId
    readonly sender_type: 'user' | 'bot'
    readonly tenant_key?: string
  }
  readonly message: {
    readonly message_id: string
    readonly root_id?: string
    readonly parent_id?: string
    readonly create_time: string
    readonly update_time?: string
    readonly chat_id: string
    readonly thread_id?: string
    readonly chat_type: 'p2p' | 'group'
    readonly message_type: string
    readonly content: string
    readonly mentions?: readonly {
      readonly key: string
      readonly id: UserId
      readonly mentioned_type?: 'user' | 'bot'
      readonly name: string
      readonly tenant_key?: string
    }[]
    readonly user_agent?: string
    readonly lark_agent_context?: {
      readonly active_chat_id?: string
    }
  }
}

/** Body of `leave_approvalV2`. */
export interface LeaveApprovalV2 {
  readonly type: string
  readonly app_id: string
  readonly tenant_key: string
  readonly instance_code: string
  readonly user_id: string
  readonly open_id: string
  readonly origin_instance_code: string
  readonly start_time: number
  readonly end_time: number
  readonly leave_feeding_arrive_late: number
  readonly leave_feeding_leave_early: number
  readonly leave_feeding_rest_daily: number
  readonly leave_name: string
  readonly leave_unit: string
  readonly leave_start_time: string
  readonly leave_end_time: string
  readonly leave_detail: readonly (readonly [number, number])[]
  readonly leave_range: readonly (readonly [number, number])[]
  readonly leave_interval: number
  readonly leave_reason: string
  readonly i18n_resources: readonly {
    readonly locale: string
    readonly is_default: boolean
    readonly texts: Readonly<Record<string, string>>
  }[]
}

/** Body of `mail.user_mailbox.event.message_received_v1`. */
export interface MailUserMailboxEventMessageReceivedV1 {
  readonly mail_address?: string
  readonly message_id?: string
  readonly mailbox_type?: number
  readonly subscriber?: {
    readonly user_ids?: readonly UserId[]
  }
}

/** Body of `meeting_room.meeting_room.created_v1`. */
export interface MeetingRoomMeetingRoomCreatedV1 {
  readonly room_name?: string
  readonly room_id?: string
}

/** Body of `meeting_room.meeting_room.deleted_v1`. */
export interface MeetingRoomMeetingRoomDeletedV1 {
  readonly room_name?: string
  readonly room_id?: string
}

/** Body of `meeting_room.meeting_room.status_changed_v1`. */
export interface MeetingRoomMeetingRoomStatusChangedV1 {
  readonly room_name?: string
  readonly room_id?: string
}

/** Body of `meeting_room.meeting_room.updated_v1`. */
export interface MeetingRoomMeetingRoomUpdatedV1 {
  readonly room_name?: string
  readonly room_id?: string
}

/** Body of `message`. */
export interface Message {
  readonly type: string
  readonly app_id: string
  readonly tenant_key: string
  readonly root_id: string
  readonly parent_id: string
  readonly open_chat_id: string
  readonly chat_type: string
  readonly msg_type: string
  readonly open_id: string
  readonly employee_id: string
  readonly union_id: string
  readonly open_message_id: string
  readonly is_mention: boolean
  readonly text: string
  readonly text_without_at_bot: string
}

/** Body of `message_read`. */
export interface MessageRead {
  readonly app_id: string
  readonly open_chat_id: string
  readonly open_id: string
  readonly open_message_ids: readonly string[]
  readonly tenant_key: string
  readonly type: string
}

/** Body of `minutes.minute.generated_v1`. */
export interface MinutesMinuteGeneratedV1 {
  readonly minute_token?: string
  readonly minute_source?: {
    readonly source_type?: string
    readonly source_entity_id?: string
  }
  readonly subscriber_ids?: readonly UserId[]
}

/** Body of `moments.comment.created_v1`. */
export interface MomentsCommentCreatedV1 {
  readonly user_id?: UserId
  readonly id?: string
  readonly post_id?: string
  readonly reply_comment_id?: string
  readonly root_comment_id?: string
  readonly user_type?: number
}

/** Body of `moments.comment.deleted_v1`. */
export interface MomentsCommentDeletedV1 {
  readonly id?: string
  readonly post_id?: string
}

/** Body of `moments.post.created_v1`. */
export interface MomentsPostCreatedV1 {
  readonly id?: string
  readonly user_id?: UserId
  readonly category_ids?: readonly string[]
  readonly link?: string
  readonly user_type?: number
}

/** Body of `moments.post.deleted_v1`. */
export interface MomentsPostDeletedV1 {
  readonly id?: string
}

/** Body of `moments.post_statistics.updated_v1`. */
export interface MomentsPostStatisticsUpdatedV1 {
  readonly post_id?: string
  readonly statistics_type?: number
  readonly statistics?: {
    readonly share_count?: number
  }
}

/** Body of `moments.reaction.created_v1`. */
export interface MomentsReactionCreatedV1 {
  readonly user_id?: UserId
  readonly entity_id?: string
  readonly id?: string
  readonly entity_type?: number
  readonly user_type?: number
}

/** Body of `moments.reaction.deleted_v1`. */
export interface MomentsReactionDeletedV1 {
  readonly user_id?: UserId
  readonly entity_id?: string
  readonly id?: string
  readonly entity_type?: number
  readonly user_type?: number
}

/** Body of `order_paid`. */
export interface OrderPaid {
  readonly type: string
  readonly app_id: string
  readonly order_id: string
  readonly price_plan_id: string
  readonly price_plan_type: string
  readonly seats: number
  readonly buy_count: number
  readonly create_time: string
  readonly pay_time: string
  readonly buy_type: string
  readonly src_order_id: string
  readonly order_pay_price: number
  readonly tenant_key: string
}

/** Body of `out_approval`. */
export interface OutApproval {
  readonly type: string
  readonly app_id: string
  readonly i18n_resources: readonly {
    readonly is_default: boolean
    readonly locale: string
    readonly texts: Readonly<Record<string, string>>
  }[]
  readonly instance_code: string
  readonly out_image: string
  readonly out_interval: number
  readonly out_name: string
  readonly out_reason: string
  readonly out_start_time: string
  readonly out_end_time: string
  readonly out_unit: string
  readonly start_time: number
  readonly end_time: number
  readonly tenant_key: string
  readonly open_id: string
  readonly user_id: string
}

/** Body of `p2p_chat_create`. */
export interface P2pChatCreate {
  readonly type: string
  readonly app_id: string
  readonly chat_id: string
  readonly operator: AddOperator
  readonly tenant_key: string
  readonly user: AddUsers
}

/** Body of `payroll.payment_activity.approved_v1`. */
export interface PayrollPaymentActivityApprovedV1 {
  readonly activity_id?: string
}

/** Body of `payroll.payment_activity.status_changed_v1`. */
export interface PayrollPaymentActivityStatusChangedV1 {
  readonly activity_id?: string
  readonly status?: number
}

/** Body of `performance.review_data.changed_v2`. */
export interface PerformanceReviewDataChangedV2 {
  readonly items?: readonly {
    readonly user_id?: UserId
    readonly semester_id?: string
    readonly activity_id?: string
    readonly stage_changes?: readonly {
      readonly stage_id?: string
      readonly stage_type?: 'summarize_key_outputs' | 'review' | 'communication_and_open_result' | 'view_result' | 'reconsideration' | 'leader_review'
      readonly review_stage_role?: 'reviewee' | 'invited_reviewer' | 'solid_line_leader' | 'dotted_line_leader' | 'secondary_solid_line_leader' | 'direct_project_leader' | 'custom_review_role'
    }[]
  }[]
}

/** Body of `performance.stage_task.open_result_v2`. */
export interface PerformanceStageTaskOpenResultV2 {
  readonly items?: readonly {
    readonly user_id?: UserId
    readonly semester_id?: string
    readonly activity_id?: string
    readonly open_time?: string
  }[]
}

/** Body of `remedy_approval`. */
export interface RemedyApproval {
  readonly app_id: string
  readonly tenant_key: string
  readonly type: string
  readonly instance_code: string
  readonly employee_id: string
  readonly open_id: string
  readonly start_time: number
  readonly end_time: number
  readonly shift_time: string
  readonly return_time: string
  readonly shift_reason: string
}

/** Body of `remove_bot`. */
export interface RemoveBot {
  readonly type: string
  readonly app_id: string
  readonly chat_i18n_names: AddChatI18nNames
  readonly chat_name: string
  readonly chat_owner_employee_id: string
  readonly chat_owner_name: string
  readonly chat_owner_open_id: string
  readonly open_chat_id: string
  readonly operator_employee_id: string
  readonly operator_name: string
  readonly operator_open_id: string
  readonly owner_is_bot: boolean
  readonly tenant_key: string
}

/** Body of `security_and_compliance.device_apply_record.device_apply_event_v2`. */
export interface SecurityAndComplianceDeviceApplyRecordDeviceApplyEventV2 {
  readonly device_apply_record_id: string
  readonly device_record?: {
    readonly device_record_id: string
    readonly version: string
    readonly current_user_id?: UserId
    readonly device_name?: string
    readonly model?: string
    readonly device_system: number
    readonly serial_number?: string
    readonly disk_serial_number?: string
    readonly uuid?: string
    readonly mac_address?: string
    readonly android_id?: string
    readonly idfv?: string
    readonly aaid?: string
    readonly device_ownership: number
    readonly device_status: number
    readonly certification_level: number
    readonly device_terminal_type: number
    readonly is_managed?: boolean
    readonly mdm_device_id?: string
    readonly mdm_provider_name?: string
    readonly device_env_detect_status?: number
    readonly is_public?: boolean
    readonly source?: number
  }
  readonly apply_time: string
  readonly apply_status: number
  readonly operator?: UserId
  readonly apply_device_ownership: number
  readonly apply_reason?: string
}

/** Body of `security_and_compliance.device_record.device_change_event_v2`. */
export interface SecurityAndComplianceDeviceRecordDeviceChangeEventV2 {
  readonly device_record_id?: string
  readonly version?: string
  readonly change_type?: number
  readonly before?: SecurityBefore
  readonly after?: SecurityBefore
}

/** Body of `shift_approval`. */
export interface ShiftApproval {
  readonly type: string
  readonly app_id: string
  readonly tenant_key: string
  readonly instance_code: string
  readonly employee_id: string
  readonly open_id: string
  readonly start_time: number
  readonly end_time: number
  readonly shift_time: string
  readonly return_time: string
  readonly shift_reason: string
}

/** Body of `task.task.comment.updated_v1`. */
export interface TaskTaskCommentUpdatedV1 {
  readonly task_id?: string
  readonly comment_id?: string
  readonly parent_id?: string
  readonly obj_type?: number
}

/** Body of `task.task.update_tenant_v1`. */
export interface TaskTaskUpdateTenantV1 {
  readonly user_id_list?: {
    readonly user_id_list?: readonly UserId[]
  }
  readonly task_id?: string
  readonly object_type?: string
}

/** Body of `task.task.update_user_access_v2`. */
export interface TaskTaskUpdateUserAccessV2 {
  readonly event_types?: readonly string[]
  readonly task_guid?: string
}

/** Body of `task.task.updated_v1`. */
export interface TaskTaskUpdatedV1 {
  readonly task_id?: string
  readonly obj_type?: number
}

/** Body of `third_party_meeting_room_event_created`. */
export interface ThirdPartyMeetingRoomEventCreated {
  readonly type: string
  readonly app_id: string
  readonly tenant_key: string
  readonly event_time: string
  readonly uid: string
  readonly original_time: number
  readonly start: {
    readonly time_stamp: string
  }
  readonly end: {
    readonly time_stamp: string
  }
  readonly meeting_rooms: readonly {
    readonly open_id: string
  }[]
  readonly organizer: AddOperator
}

/** Body of `trip_approval`. */
export interface TripApproval {
  readonly type: string
  readonly app_id: string
  readonly tenant_key: string
  readonly instance_code: string
  readonly employee_id: string
  readonly open_id: string
  readonly start_time: number
  readonly end_time: number
  readonly schedules: readonly {
    readonly trip_start_time: string
    readonly trip_end_time: string
    readonly trip_interval: number
    readonly departure: string
    readonly destination: string
    readonly transportation: string
    readonly trip_type: string
    readonly remark: string
  }[]
  readonly trip_interval: number
  readonly trip_reason: string
  readonly trip_peers: readonly string[]
}

/** Body of `user_add`. */
export interface UserAdd {
  readonly type: string
  readonly app_id: string
  readonly tenant_key: string
  readonly open_id: string
  readonly employee_id: string
  readonly union_id: string
}

/** Body of `user_status_change`. */
export interface UserStatusChange {
  readonly type: string
  readonly app_id: string
  readonly tenant_key: string
  readonly open_id: string
  readonly employee_id: string
  readonly union_id: string
  readonly before_status: UserBeforeStatus
  readonly change_time: string
  readonly current_status: UserBeforeStatus
}

/** Body of `vc.bot.meeting_activity_v1`. */
export interface VcBotMeetingActivityV1 {
  readonly meeting_activity_items?: readonly {
    readonly meeting?: VcBotMeeting
    readonly activity_event_type?: string
    readonly participant_joined_items?: readonly {
      readonly participant?: VcBotHostUser
      readonly join_time?: string
    }[]
    readonly participant_left_items?: readonly {
      readonly participant?: VcBotHostUser
      readonly leave_reason?: number
      readonly leave_time?: string
    }[]
    readonly transcript_received_items?: readonly VcTranscriptReceivedItems[]
    readonly chat_received_items?: readonly {
      readonly operator?: VcBotHostUser
      readonly message_id?: string
      readonly message_type?: number
      readonly content?: string
      readonly send_time?: string
    }[]
    readonly magic_share_started_items?: readonly {
      readonly operator?: VcBotHostUser
      readonly share_id?: string
      readonly share_doc?: VcShareDoc
      readonly time?: string
    }[]
    readonly magic_share_ended_items?: readonly {
      readonly operator?: VcBotHostUser
      readonly share_id?: string
      readonly time?: string
    }[]
    readonly document_context_changed_items?: readonly {
      readonly operator?: VcBotHostUser
      readonly share_id?: string
      readonly share_doc?: VcShareDoc
      readonly time?: string
      readonly comment_focus?: {
        readonly comment_id?: string
        readonly focused?: boolean
      }
      readonly section_location?: {
        readonly title?: string
        readonly level?: number
        readonly parent_titles?: readonly string[]
      }
      readonly element_preview?: {
        readonly action?: string
        readonly element_type?: string
        readonly element_token?: string
        readonly block_id?: string
      }
    }[]
  }[]
}

/** Body of `vc.bot.meeting_ended_v1`. */
export interface VcBotMeetingEndedV1 {
  readonly meeting?: VcBotMeeting
}

/** Body of `vc.bot.meeting_invited_v1`. */
export interface VcBotMeetingInvitedV1 {
  readonly meeting?: VcBotMeeting
  readonly bot?: VcBotHostUser
  readonly inviter?: VcBotHostUser
  readonly invite_time?: string
  readonly call_id?: string
}

/** Body of `vc.bot.meeting_started_v1`. */
export interface VcBotMeetingStartedV1 {
  readonly meeting?: VcBotMeeting
}

/** Body of `vc.material.review_result_v1`. */
export interface VcMaterialReviewResultV1 {
  readonly user_id?: UserId
  readonly results?: readonly {
    readonly file_token?: string
    readonly result?: number
  }[]
}

/** Body of `vc.meeting.all_meeting_ended_v1`. */
export interface VcMeetingAllMeetingEndedV1 {
  readonly meeting?: VcMeetingAllMeeting
  readonly operator?: VcMeetingHostUser
}

/** Body of `vc.meeting.all_meeting_started_v1`. */
export interface VcMeetingAllMeetingStartedV1 {
  readonly meeting?: VcMeetingAllMeeting
  readonly operator?: VcMeetingHostUser
}

/** Body of `vc.meeting.join_meeting_v1`. */
export interface VcMeetingJoinMeetingV1 {
  readonly meeting?: VcMeetingJoinMeeting
  readonly operator?: VcMeetingHostUser
}

/** Body of `vc.meeting.leave_meeting_v1`. */
export interface VcMeetingLeaveMeetingV1 {
  readonly meeting?: VcMeetingJoinMeeting
  readonly operator?: VcMeetingHostUser
  readonly leave_reason?: number
  readonly leave_user?: VcMeetingHostUser
}

/** Body of `vc.meeting.meeting_ended_v1`. */
export interface VcMeetingMeetingEndedV1 {
  readonly meeting?: VcMeetingAllMeeting
  readonly operator?: VcMeetingHostUser
}

/** Body of `vc.meeting.meeting_started_v1`. */
export interface VcMeetingMeetingStartedV1 {
  readonly meeting?: VcMeetingAllMeeting
  readonly operator?: VcMeetingHostUser
}

/** Body of `vc.meeting.participant_meeting_ended_v1`. */
export interface VcMeetingParticipantMeetingEndedV1 {
  readonly meeting?: VcMeetingAllMeeting
  readonly operator?: VcMeetingHostUser
  readonly subscriber_ids?: readonly UserId[]
}

/** Body of `vc.meeting.participant_meeting_joined_v1`. */
export interface VcMeetingParticipantMeetingJoinedV1 {
  readonly meeting?: VcMeetingAllMeeting
  readonly operator?: VcMeetingHostUser
  readonly subscriber_ids?: readonly UserId[]
}

/** Body of `vc.meeting.participant_meeting_started_v1`. */
export interface VcMeetingParticipantMeetingStartedV1 {
  readonly meeting?: VcMeetingAllMeeting
  readonly operator?: VcMeetingHostUser
  readonly subscriber_ids?: readonly UserId[]
}

/** Body of `vc.meeting.recording_ended_v1`. */
export interface VcMeetingRecordingEndedV1 {
  readonly meeting?: VcMeetingJoinMeeting
  readonly operator?: VcMeetingHostUser
}

/** Body of `vc.meeting.recording_ready_v1`. */
export interface VcMeetingRecordingReadyV1 {
  readonly meeting?: {
    readonly id?: string
    readonly topic?: string
    readonly meeting_no?: string
    readonly meeting_source?: number
    readonly owner?: {
      readonly id?: UserId
    }
    readonly meeting_sub_type?: number
    readonly security_setting?: VcSecuritySetting
    readonly webinar_setting?: {
      readonly webinar_type?: number
    }
  }
  readonly url?: string
  readonly duration?: string
}

/** Body of `vc.meeting.recording_started_v1`. */
export interface VcMeetingRecordingStartedV1 {
  readonly meeting?: VcMeetingJoinMeeting
  readonly operator?: VcMeetingHostUser
}

/** Body of `vc.meeting.send_meeting_im_v1`. */
export interface VcMeetingSendMeetingImV1 {
  readonly meeting?: {
    readonly id?: string
    readonly meeting_source?: number
    readonly meeting_sub_type?: number
    readonly security_setting?: VcSecuritySetting
    readonly webinar_setting?: {
      readonly webinar_type?: number
    }
  }
  readonly operator?: {
    readonly id?: UserId
    readonly user_type?: number
  }
  readonly content?: string
}

/** Body of `vc.meeting.share_ended_v1`. */
export interface VcMeetingShareEndedV1 {
  readonly meeting?: VcMeetingJoinMeeting
  readonly operator?: VcMeetingHostUser
}

/** Body of `vc.meeting.share_started_v1`. */
export interface VcMeetingShareStartedV1 {
  readonly meeting?: VcMeetingJoinMeeting
  readonly operator?: VcMeetingHostUser
}

/** Body of `vc.note.generated_v1`. */
export interface VcNoteGeneratedV1 {
  readonly note_id?: string
  readonly subscriber_ids?: readonly UserId[]
}

/** Body of `vc.recording.recording_ended_v1`. */
export interface VcRecordingRecordingEndedV1 {
  readonly unique_key?: string
  readonly source?: string
  readonly subscriber_ids?: readonly UserId[]
}

/** Body of `vc.recording.recording_started_v1`. */
export interface VcRecordingRecordingStartedV1 {
  readonly unique_key?: string
  readonly source?: string
  readonly subscriber_ids?: readonly UserId[]
}

/** Body of `vc.recording.recording_transcript_generated_v1`. */
export interface VcRecordingRecordingTranscriptGeneratedV1 {
  readonly unique_key?: string
  readonly source?: string
  readonly subscriber_ids?: readonly UserId[]
  readonly transcript_items?: readonly VcTranscriptReceivedItems[]
}

/** Body of `vc.reserve_config.updated_v1`. */
export interface VcReserveConfigUpdatedV1 {
  readonly scope_id?: string
  readonly scope_type?: number
  readonly approve_config?: {
    readonly approval_switch?: number
    readonly approval_condition?: number
    readonly meeting_duration?: number
    readonly approvers?: readonly {
      readonly user_id?: UserId
    }[]
  }
  readonly time_config?: {
    readonly if_cover_child_scope?: boolean
    readonly time_switch: number
    readonly days_in_advance?: number
    readonly opening_hour?: string
    readonly start_time?: string
    readonly end_time?: string
    readonly max_duration?: number
  }
  readonly reserve_scope_config?: {
    readonly allow_all_users?: number
    readonly allow_users?: readonly {
      readonly user_id?: UserId
    }[]
    readonly allow_depts?: readonly {
      readonly department_id: string
      readonly department_name?: string
    }[]
  }
}

/** Body of `vc.room.created_v1`. */
export interface VcRoomCreatedV1 {
  readonly room?: VcRoom
}

/** Body of `vc.room.deleted_v1`. */
export interface VcRoomDeletedV1 {
  readonly room?: {
    readonly room_id?: string
  }
}

/** Body of `vc.room.updated_v1`. */
export interface VcRoomUpdatedV1 {
  readonly room?: VcRoom
}

/** Body of `vc.room_level.created_v1`. */
export interface VcRoomLevelCreatedV1 {
  readonly room_level?: VcRoomLevel
}

/** Body of `vc.room_level.deleted_v1`. */
export interface VcRoomLevelDeletedV1 {
  readonly room_level_id: string
  readonly delete_child?: boolean
}

/** Body of `vc.room_level.updated_v1`. */
export interface VcRoomLevelUpdatedV1 {
  readonly room_level?: VcRoomLevel
}

/** Body of `work_approval`. */
export interface WorkApproval {
  readonly type: string
  readonly app_id: string
  readonly tenant_key: string
  readonly instance_code: string
  readonly employee_id: string
  readonly open_id: string
  readonly start_time: number
  readonly end_time: number
  readonly work_type: string
  readonly work_start_time: string
  readonly work_end_time: string
  readonly work_interval: number
  readonly work_reason: string
}

/** Body of `card.action.trigger`. `token` (`c-…`) updates the card afterwards: twice, within 30 minutes. */
export interface CardActionTrigger {
  readonly operator: {
    readonly tenant_key: string
    readonly user_id?: string
    readonly union_id: string
    readonly open_id: string
  }
  readonly token: string
  readonly action: {
    readonly tag: string
    readonly value?: Readonly<Record<string, unknown>> | string
    readonly name?: string
    readonly timezone?: string
    readonly form_value?: Readonly<Record<string, string | readonly string[]>>
    readonly input_value?: string
    readonly option?: string
    readonly options?: readonly string[]
    readonly checked?: boolean
  }
  readonly host: string
  readonly delivery_type?: string
  readonly context: {
    readonly url?: string
    readonly preview_token?: string
    readonly open_message_id: string
    readonly open_chat_id: string
  }
}

/** Body of `url.preview.get`. */
export interface UrlPreviewGet {
  readonly operator: {
    readonly tenant_key: string
    readonly user_id?: string
    readonly open_id: string
  }
  readonly host: string
  readonly context: {
    readonly url: string
    readonly preview_token: string
    readonly open_message_id: string
    readonly open_chat_id: string
  }
}
